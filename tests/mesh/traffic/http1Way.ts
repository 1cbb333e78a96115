/** Requests over HTTP/1.1: on one connection that is kept alive, or each on a new connection. */
import https from "node:https";
import { type Answer, connectChecked, type Endpoint, type Listener, patienceMilliseconds, type Way } from "./friendly";

export class Http1Way implements Way {
    private agent: https.Agent | undefined;
    private address: string | undefined;

    constructor(
        private readonly listener: Listener,
        private readonly keepAlive: boolean,
    ) {}

    /** Node's agent opens a new connection after `Connection: close`. If a connection breaks while in use, the request fails. */
    get(endpoint: Endpoint, path: string): Promise<Answer> {
        const { host } = endpoint;
        return new Promise((resolve, reject) => {
            const request = https.get({ agent: this.agentFor(endpoint), host, path }, (response) => {
                const chunks: Buffer[] = [];
                response.on("data", (chunk: Buffer) => chunks.push(chunk));
                response.on("error", reject);
                response.on("end", () => {
                    clearTimeout(limit);
                    resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
                });
            });
            const limit = setTimeout(() => {
                request.destroy(new Error(`no response within ${patienceMilliseconds} ms`));
            }, patienceMilliseconds);
            request.on("error", (error) => {
                clearTimeout(limit);
                reject(new Error(`${request.reusedSocket ? "reused connection" : "new connection"}: ${error.message}`));
            });
        });
    }

    close(): void {
        this.agent?.destroy();
    }

    private agentFor(endpoint: Endpoint): https.Agent {
        if (this.agent === undefined || this.address !== endpoint.address) {
            this.agent?.destroy();
            this.address = endpoint.address;
            this.agent = new https.Agent({ keepAlive: this.keepAlive, maxSockets: this.keepAlive ? 1 : Infinity });
            this.agent.createConnection = () => connectChecked(endpoint, "http/1.1", this.listener);
        }
        return this.agent;
    }
}
