/** Runs curl in a client's pod. */
import type { Cluster } from "../cluster";
import { type Client, execute } from "./clients";

export interface Answer {
    /** curl's exit status (https://curl.se/libcurl/c/libcurl-errors.html); 0 if there was a response. */
    readonly exitCode: number;
    /** Status of the response; 0 if there was none. */
    readonly status: number;
    /** "2" for HTTP/2. */
    readonly httpVersion: string;
    /** For example "TLSv1.3"; empty without TLS. */
    readonly tlsVersion: string;
    /** OpenSSL's name of the cipher suite; empty without TLS. */
    readonly cipher: string;
    /** The server certificate's subject, as curl prints it; empty without TLS. */
    readonly serverSubject: string;
    /** When the server's certificate expires, as curl prints it; empty without TLS. */
    readonly serverNotAfter: string;
    /** curl's error message. */
    readonly error: string;
}

/**
 * The bundles (by the name given to `giveBundle`) that curl uses: for CA certificates, and for the client certificate.
 */
export interface Credentials {
    readonly ca: string;
    readonly certificate?: string;
}

/** `options` are additional options of curl's command line. */
export async function curl(
    cluster: Cluster,
    client: Client,
    url: string,
    credentials?: Credentials,
    options: readonly string[] = [],
): Promise<Answer> {
    const tls = credentials === undefined ? [] : ["--cacert", `/tmp/${credentials.ca}-ca.crt`];
    const name = credentials?.certificate;
    const certificate = name === undefined ? [] : ["--cert", `/tmp/${name}.crt`, "--key", `/tmp/${name}.key`];
    const report = ["--output", "/dev/null", "--write-out", "%{http_code} %{http_version}"];
    const command = ["curl", "--verbose", "--max-time", "10", ...report, ...tls, ...certificate, ...options, url];
    const { exitCode, stdout, stderr } = await execute(cluster, client, command);
    const [status = "0", httpVersion = ""] = stdout.trim().split(" ");
    const connection = /SSL connection using (\S+) \/ (\S+)/.exec(stderr) ?? [];
    return {
        exitCode,
        status: Number(status),
        httpVersion,
        tlsVersion: connection[1] ?? "",
        cipher: connection[2] ?? "",
        serverSubject: /^\*\s+subject: (.*)$/m.exec(stderr)?.[1]?.trim() ?? "",
        serverNotAfter: /^\*\s+expire date: (.*)$/m.exec(stderr)?.[1]?.trim() ?? "",
        error: /curl: \(\d+\) .*/.exec(stderr)?.[0] ?? "",
    };
}
