/**
 * Finds the ciphers that a server accepts: the client offers all that OpenSSL supports, even the weakest, and removes each
 * one that the server chooses from the next offer, until the server rejects the handshake. So no cipher is missed.
 */
import tls from "node:tls";

export const protocols = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type Protocol = (typeof protocols)[number];

export interface Endpoint {
    readonly address: string;
    readonly port: number;
    /** For SNI and the Host header, and to verify the server. */
    readonly host: string;
    readonly caCertificatePem: string;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
}

/** All ciphers of TLS 1.3 (RFC 8446, appendix B.4). OpenSSL has no keyword for all of them. */
const tls13Ciphers = [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_CCM_8_SHA256",
];

/** Returns an OpenSSL cipher list (openssl-ciphers(1)). COMPLEMENTOFALL: ciphers without encryption; SECLEVEL=0: weak ciphers, too. */
function everythingBut(protocol: Protocol, ciphers: readonly string[]): string {
    return protocol === "TLSv1.3"
        ? tls13Ciphers.filter((cipher) => !ciphers.includes(cipher)).join(":")
        : ["ALL", "COMPLEMENTOFALL", "@SECLEVEL=0", ...ciphers.map((cipher) => `!${cipher}`)].join(":");
}

/** The alerts of a server that shares no cipher or no version with the client (RFC 8446, section 6.2). */
const nothingInCommon = /ALERT_(HANDSHAKE_FAILURE|PROTOCOL_VERSION)$/;

/** Returns OpenSSL's names, sorted. With each cipher, a request got status 200. */
export async function acceptedCiphers(endpoint: Endpoint, protocol: Protocol): Promise<string[]> {
    const ciphers: string[] = [];
    for (;;) {
        const seen = await request(endpoint, protocol, everythingBut(protocol, ciphers));
        if ("cipher" in seen) {
            ciphers.push(seen.cipher);
        } else if (nothingInCommon.test(seen.refusal)) {
            return ciphers.sort();
        } else {
            throw new Error(`the server rejected ${protocol} for a reason other than its ciphers: ${seen.refusal}`);
        }
    }
}

/** Opens one connection and sends one request. Anything except status 200 or a TLS alert is an error. */
function request(
    endpoint: Endpoint,
    protocol: Protocol,
    ciphers: string,
): Promise<{ cipher: string } | { refusal: string }> {
    const { address, port, host, caCertificatePem, certificatePem, privateKeyPem } = endpoint;
    return new Promise((resolve, reject) => {
        const socket = tls.connect({
            host: address,
            port,
            servername: host,
            ca: caCertificatePem,
            cert: certificatePem,
            key: privateKeyPem,
            minVersion: protocol,
            maxVersion: protocol,
            ciphers,
        });
        socket.setEncoding("latin1");
        let answer = "";
        socket.setTimeout(10_000, () => {
            socket.destroy(new Error(`no response within 10 s; received ${JSON.stringify(answer)}`));
        });
        socket.once("secureConnect", () => {
            socket.write(`GET /status/200 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
        });
        socket.on("data", (data: string) => {
            answer += data;
            const cipher = socket.getCipher().name;
            if (answer.startsWith("HTTP/1.1 200 ")) {
                resolve({ cipher });
                socket.destroy();
            }
        });
        socket.once("error", (error: NodeJS.ErrnoException) => {
            const { code = "" } = error;
            if (code.includes("ALERT")) {
                resolve({ refusal: code });
            } else {
                reject(error);
            }
        });
        socket.once("close", () => {
            reject(new Error(`the server closed the connection without an alert; received ${JSON.stringify(answer)}`));
        });
    });
}
