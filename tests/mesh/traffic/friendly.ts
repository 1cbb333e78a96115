/** The friendly client: it sends requests with a valid bundle over three kinds of connections, and records every request. */
import { randomBytes } from "node:crypto";
import { connect, type TLSSocket } from "node:tls";
import { type FriendlyWay, friendlyWays, type TrafficConfiguration } from "./configuration";
import { Http1Way } from "./http1Way";
import { Http2Way } from "./http2Way";
import type { Recorder } from "./recorder";
import { pathOf } from "./request";

/** The server to connect to, and the client's credentials. */
export interface Endpoint {
    readonly address: string;
    readonly port: number;
    readonly host: string;
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
}

export interface Answer {
    readonly status: number;
    readonly body: string;
}

/** Sends a GET. A request without a response is an error. */
export interface Way {
    get(endpoint: Endpoint, path: string): Promise<Answer>;
    close(): void;
}

/** Events of a way, besides its answers. */
export interface Listener {
    connected(socket: TLSSocket): void;
    repeated(): void;
}

/** A request without a response after this time has failed. */
export const patienceMilliseconds = 20_000;

interface Habit {
    readonly intervalMilliseconds: number;
    /** Whether a request waits for the previous one. */
    readonly inTurn: boolean;
    readonly open: (listener: Listener) => Way;
}

const habits: Readonly<Record<FriendlyWay, Habit>> = {
    session: { intervalMilliseconds: 50, inTurn: false, open: (listener) => new Http2Way(listener) },
    newConnections: { intervalMilliseconds: 200, inTurn: false, open: (listener) => new Http1Way(listener, false) },
    keepAlive: { intervalMilliseconds: 100, inTurn: true, open: (listener) => new Http1Way(listener, true) },
};

/** Connects with TLS, and verifies the server's certificate chain against the bundle's CA, and the host name. */
export function connectChecked(endpoint: Endpoint, protocol: "h2" | "http/1.1", listener: Listener): TLSSocket {
    const { address, port, host, ca, cert, key } = endpoint;
    const socket = connect({ host: address, port, servername: host, ca, cert, key, ALPNProtocols: [protocol] });
    socket.once("secureConnect", () => {
        listener.connected(socket);
    });
    return socket;
}

export class FriendlyClient {
    private endpoint: Endpoint | undefined;
    private readonly timers: NodeJS.Timeout[] = [];
    private readonly open: Way[] = [];
    private readonly underWay = new Set<Promise<void>>();

    constructor(
        private readonly configuration: TrafficConfiguration,
        private readonly recorder: Recorder,
    ) {
        if (configuration.friendly === undefined) {
            return;
        }
        for (const name of configuration.friendly.ways ?? friendlyWays) {
            this.run(name, habits[name]);
        }
    }

    /** Without a Service the client sends no requests, and none fail. */
    aim(serviceAddress: string | undefined): void {
        const { friendly, host } = this.configuration;
        if (friendly === undefined || serviceAddress === undefined) {
            this.endpoint = undefined;
            return;
        }
        const { caCertificatePem: ca, certificatePem: cert, privateKeyPem: key } = friendly.bundle;
        this.endpoint = { address: serviceAddress, port: friendly.port, host, ca, cert, key };
    }

    /** Stops. Requests in flight are still counted when they end. */
    async stop(): Promise<void> {
        this.timers.forEach(clearInterval);
        await Promise.all(this.underWay);
        this.open.forEach((way) => {
            way.close();
        });
    }

    private run(name: FriendlyWay, { intervalMilliseconds, inTurn, open }: Habit): void {
        const { recorder } = this;
        const way = open({
            connected: (socket) => {
                recorder.friendlyCount(name, "connections");
                const { serialNumber, valid_to } = socket.getPeerCertificate();
                recorder.served({ serialNumber, notAfter: new Date(valid_to).toISOString() });
            },
            repeated: () => {
                recorder.friendlyCount(name, "repeated");
            },
        });
        this.open.push(way);
        let waiting = false;
        const go = (): void => {
            const { endpoint } = this;
            if (endpoint === undefined || (waiting && inTurn)) {
                return;
            }
            waiting = true;
            const one = this.request(name, way, endpoint).finally(() => {
                waiting = false;
                this.underWay.delete(one);
            });
            this.underWay.add(one);
        };
        this.timers.push(setInterval(go, intervalMilliseconds));
    }

    private async request(name: FriendlyWay, way: Way, endpoint: Endpoint): Promise<void> {
        const nonce = randomBytes(12).toString("hex");
        this.recorder.friendlyCount(name, "tries");
        try {
            const { status, body } = await way.get(endpoint, pathOf(nonce));
            if (status === 200 && body.includes(nonce)) {
                this.recorder.friendlyCount(name, "successes");
            } else {
                this.recorder.friendlyFailure(name, `status ${status}: ${body.slice(0, 200)}`);
            }
        } catch (error) {
            const { code, message } = error as NodeJS.ErrnoException;
            this.recorder.friendlyFailure(name, code === undefined ? message : `${code}: ${message}`);
        }
    }
}
