/** One attempt of the hostile client: a new connection, one request, and everything that came back. */
import { randomBytes } from "node:crypto";
import { connect as connectTcp, type Socket } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls, type SecureContext, type TLSSocket } from "node:tls";
import { isComplete, type Observation, startsLikeTls } from "./classify";
import { http1Request, http2Request } from "./request";

export interface Attempt {
    readonly address: string;
    readonly port: number;
    readonly host: string;
    /** The HTTP version. With TLS the client offers this protocol, and uses the one that the server chose. */
    readonly protocol: "http/1.1" | "h2";
    /** The TLS context with the client's certificate, if it has one. Undefined for plaintext. */
    readonly tls: SecureContext | undefined;
    readonly limitMilliseconds: number;
}

/** The client reads no more bytes than this. */
const enough = 64 * 1024;

/** Without a TCP connection an attempt says nothing about access. Any other error before it is a fault of this machine. */
const unreachable = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET", "EHOSTDOWN"];

/** Returns what the client saw, or undefined without a TCP connection. */
export function attempt(options: Attempt): Promise<Observation | undefined> {
    const { address, port, host, tls, limitMilliseconds } = options;
    const nonce = randomBytes(12).toString("hex");
    const wire: Buffer[] = [];
    const decrypted: Buffer[] = [];
    return new Promise((resolve, reject) => {
        let connected = false;
        let secured: TLSSocket | undefined;
        const socket = connectTcp({ host: address, port, noDelay: true });
        const finish = (ending: string): void => {
            clearTimeout(limit);
            secured?.destroy();
            socket.destroy();
            const received = Buffer.concat(wire);
            resolve(
                connected
                    ? {
                          nonce,
                          tls: tls !== undefined,
                          wire: received,
                          text: tls === undefined ? received : Buffer.concat(decrypted),
                          ending,
                      }
                    : undefined,
            );
        };
        const limit = setTimeout(() => {
            finish("limit");
        }, limitMilliseconds);
        const collect = (received: Buffer[], chunk: Buffer, readsText: boolean): void => {
            received.push(chunk);
            const text = Buffer.concat(received);
            if (readsText && (text.length > enough || isComplete(text))) {
                finish("complete");
            }
        };
        const isText = (): boolean => tls === undefined || (wire[0] !== undefined && !startsLikeTls(wire[0]));

        /** With TLS, the attempt ends when the TLS layer has read everything that came before the end of the connection. */
        const endWire = (ending: string): void => {
            if (secured === undefined || isText()) {
                finish(ending);
            }
        };

        socket.on("data", (chunk) => {
            collect(wire, chunk, isText());
        });
        socket.on("error", (error: NodeJS.ErrnoException) => {
            if (!connected && !unreachable.includes(error.code ?? "")) {
                reject(error);
            }
            endWire(error.code ?? error.message);
        });
        socket.on("end", () => {
            endWire("end");
        });
        socket.on("connect", () => {
            connected = true;
            if (tls === undefined) {
                socket.write(options.protocol === "h2" ? http2Request(host, nonce, "http") : http1Request(host, nonce));
                return;
            }
            secured = secure(socket, tls, options);
            secured.on("data", (chunk: Buffer) => {
                collect(decrypted, chunk, true);
            });
            secured.on("end", () => {
                finish("end");
            });
            secured.on("secureConnect", () => {
                const speaksHttp2 = secured?.alpnProtocol === "h2";
                secured?.write(speaksHttp2 ? http2Request(host, nonce, "https") : http1Request(host, nonce));
            });
            secured.on("error", (error: NodeJS.ErrnoException) => {
                // Bytes that are not TLS are read further, to see where they come from.
                if (!isText()) {
                    finish(error.code ?? error.message);
                }
            });
        });
    });
}

/** TLS over a stream whose bytes are visible: over a socket, Node would read them without showing them. */
function secure(socket: Socket, secureContext: SecureContext, { host, protocol }: Attempt): TLSSocket {
    const passage = new Duplex({
        read: () => undefined,
        write: (chunk: Buffer, _encoding, done) => {
            socket.write(chunk, done);
        },
    });
    socket.on("data", (chunk) => passage.push(chunk));
    const end = (): boolean => passage.push(null);
    socket.on("end", end);
    socket.on("error", end);
    passage.on("error", () => undefined);
    return connectTls({
        socket: passage,
        secureContext,
        servername: host,
        ALPNProtocols: [protocol],
        rejectUnauthorized: false,
    });
}
