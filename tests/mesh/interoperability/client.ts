/**
 * Clients in other languages, as their users would write them: PEM files and a URL, without conversions and with all checks.
 * Each prints one line of JSON: what was negotiated and the status, or the error that its user would read.
 */
import type { ClientBundle } from "../../..";
import type { Cluster } from "../../../lab/cluster";

export const tlsVersions = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** The server as seen by clients outside the mesh. */
export interface Server {
    readonly cluster: Cluster;
    /** The DNS name in the server certificate. */
    readonly host: string;
    /** The address of the server's Service. */
    readonly address: string;
    readonly port: number;
}

/** A name that resolves to the same address, and is not in the server certificate. */
export const otherName = "httpbin.example.com";

export interface Attempt {
    readonly server: Server;
    readonly bundle: Required<ClientBundle>;
    /** The only version that the client offers. */
    readonly version: TlsVersion;
    /** Connects to `otherName`. */
    readonly underOtherName?: boolean;
    /** Uses only the CA certificate of the bundle. */
    readonly withoutCertificate?: boolean;
}

export interface Outcome {
    /** Such as "TLSv1.3". */
    readonly protocol?: string;
    /** OpenSSL's or IANA's name, as the client reports it. */
    readonly cipher?: string;
    readonly status?: number;
    readonly error?: string;
}

export interface Client {
    attempt(attempt: Attempt): Promise<Outcome>;
}

/** Converts IANA's name of a TLS 1.2 cipher to OpenSSL's. For TLS 1.3 both use the same names. */
export function asOpenSslSays(cipher: string): string {
    const [, parts] = /^TLS_(ECDHE_.*)$/.exec(cipher) ?? [];
    return parts === undefined
        ? cipher
        : parts
              .replace("_WITH_", "_")
              .replace(/AES_(\d+)/, "AES$1")
              .replace("POLY1305_SHA256", "POLY1305")
              .replaceAll("_", "-");
}
