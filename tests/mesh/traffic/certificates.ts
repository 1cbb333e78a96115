/** The certificates of the tests: a CA to pass to the component, and valid and invalid server and client certificates. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { createUntrustedBundle } from "../../../lab/demo/untrustedClient";
import { type Pair, selfSigned } from "../../unit/certificates";

export type { Pair };

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const hour = 3_600_000;

export interface LeafOptions {
    readonly commonName: string;
    /** DNS names in the subject alternative names. */
    readonly dnsNames?: readonly string[];
    /** URIs in the subject alternative names. Istio derives a source's principal from them: `a/b` from `spiffe://a/b`. */
    readonly uris?: readonly string[];
    readonly usage?: "client" | "server";
    /** When the certificate expires, in hours from now; negative if it has expired. Default: 24. */
    readonly validHours?: number;
}

/** Creates a CA, for the component's argument `certificateAuthority`. */
export function newAuthority(commonName?: string): Promise<Pair> {
    return selfSigned({ ca: true, commonName });
}

/** Creates a client certificate of a CA that nothing in the cluster trusts. */
export function otherAuthoritysClient(): Promise<Pair> {
    return createUntrustedBundle();
}

/** Issues a certificate of the CA, with a new key. */
export async function issue(authority: Pair, options: LeafOptions): Promise<Pair> {
    const { commonName, dnsNames = [], uris = [], usage = "client", validHours = 24 } = options;
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const signingKey = await crypto.subtle.importKey(
        "pkcs8",
        x509.PemConverter.decodeFirst(authority.privateKeyPem),
        algorithm,
        false,
        ["sign"],
    );
    const names: x509.JsonGeneralNames = [
        ...dnsNames.map((value) => ({ type: "dns" as const, value })),
        ...uris.map((value) => ({ type: "url" as const, value })),
    ];
    const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer: new x509.X509Certificate(authority.certificatePem).subject,
        publicKey: keys.publicKey,
        signingKey,
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 48 * hour),
        notAfter: new Date(Date.now() + validHours * hour),
        extensions: [
            new x509.BasicConstraintsExtension(false, undefined, true),
            new x509.ExtendedKeyUsageExtension([
                usage === "client" ? x509.ExtendedKeyUsage.clientAuth : x509.ExtendedKeyUsage.serverAuth,
            ]),
            ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
        ],
    });
    const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificatePem: certificate.toString("pem"),
        privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    };
}
