/** Requests over one HTTP/2 session that stays open for as long as the server allows. */
import http2 from "node:http2";
import { type Answer, connectChecked, type Endpoint, type Listener, patienceMilliseconds, type Way } from "./friendly";

interface Session {
    readonly http2: http2.ClientHttp2Session;
    readonly address: string;
    /** The server did not process streams above this one (RFC 9113, section 6.8). */
    lastStream: number;
}

export class Http2Way implements Way {
    /** The session for new requests. */
    private current: Session | undefined;

    constructor(private readonly listener: Listener) {}

    /** Sends a request again only if the server reported it as not processed, or if it was never sent. */
    async get(endpoint: Endpoint, path: string): Promise<Answer> {
        const until = Date.now() + patienceMilliseconds;
        for (;;) {
            const answer = await this.send(this.sessionFor(endpoint), endpoint, path);
            if (answer !== "not processed") {
                return answer;
            }
            if (Date.now() > until) {
                throw new Error(`not processed within ${patienceMilliseconds} ms`);
            }
            this.listener.repeated();
        }
    }

    close(): void {
        this.current?.http2.destroy();
    }

    private sessionFor(endpoint: Endpoint): Session {
        const { current } = this;
        if (current?.address === endpoint.address && !current.http2.closed && !current.http2.destroyed) {
            return current;
        }
        current?.http2.close();
        const session: Session = {
            http2: http2.connect(`https://${endpoint.host}`, {
                createConnection: () => connectChecked(endpoint, "h2", this.listener),
            }),
            address: endpoint.address,
            lastStream: Infinity,
        };
        // The request reports the error. A session that gets GOAWAY lets its requests finish and accepts no new ones.
        session.http2.on("error", () => undefined);
        session.http2.on("goaway", (_code: number, lastStream: number) => {
            session.lastStream = lastStream;
            if (this.current === session) {
                this.current = undefined;
            }
        });
        this.current = session;
        return session;
    }

    private send(session: Session, endpoint: Endpoint, path: string): Promise<Answer | "not processed"> {
        return new Promise((resolve, reject) => {
            let stream: http2.ClientHttp2Stream;
            try {
                stream = session.http2.request({ ":path": path, ":authority": endpoint.host });
            } catch {
                // The session was closed a moment ago, and nothing was sent.
                resolve("not processed");
                return;
            }
            let status = 0;
            let timedOut = false;
            const chunks: Buffer[] = [];
            const limit = setTimeout(() => {
                timedOut = true;
                stream.close(http2.constants.NGHTTP2_CANCEL);
            }, patienceMilliseconds);
            stream.on("response", (headers: http2.IncomingHttpStatusHeader) => {
                status = headers[":status"] ?? 0;
            });
            stream.on("data", (chunk: Buffer) => chunks.push(chunk));
            let failure: Error | undefined;
            stream.on("error", (error: Error) => {
                failure = error;
            });
            stream.on("close", () => {
                clearTimeout(limit);
                const refused = stream.rstCode === http2.constants.NGHTTP2_REFUSED_STREAM;
                if (refused || (stream.id ?? 0) > session.lastStream) {
                    resolve("not processed");
                } else if (timedOut) {
                    reject(new Error(`no response within ${patienceMilliseconds} ms`));
                } else if (failure !== undefined || stream.rstCode !== http2.constants.NGHTTP2_NO_ERROR) {
                    reject(failure ?? new Error(`stream reset with code ${stream.rstCode}`));
                } else {
                    resolve({ status, body: Buffer.concat(chunks).toString() });
                }
            });
            stream.end();
        });
    }
}
