/**
 * Clients in other languages, as their users would write them: files in PEM form, a URL, nothing converted and no check left
 * out. Each prints one line of JSON: what was negotiated and answered, or the error that its user would read.
 */
import type { ClientBundle } from "../../..";
import type { Cluster } from "../../../lab/cluster";

export const tlsVersions = ["1.2", "1.3"] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** Where the server is, for clients outside the mesh. */
export interface Server {
    readonly cluster: Cluster;
    /** The name in its certificate. */
    readonly host: string;
    /** The address of its Service. */
    readonly address: string;
    readonly port: number;
}

/** A name under which clients find the same address, and which is not in the server's certificate. */
export const otherName = "httpbin.example.com";

export interface Attempt {
    readonly server: Server;
    readonly bundle: Required<ClientBundle>;
    /** The only one that the client offers. */
    readonly version: TlsVersion;
    /** Asks for the server under `otherName`. */
    readonly underOtherName?: boolean;
    /** Has only the CA's certificate of the bundle. */
    readonly withoutCertificate?: boolean;
}

export interface Outcome {
    /** Such as "TLSv1.3". */
    readonly protocol?: string;
    /** In OpenSSL's words or in IANA's, as the client has it. */
    readonly cipher?: string;
    readonly status?: number;
    readonly error?: string;
}

export interface Client {
    attempt(attempt: Attempt): Promise<Outcome>;
}

/** Turns IANA's name of a cipher of TLS 1.2 into OpenSSL's; those of TLS 1.3 have one name. */
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
