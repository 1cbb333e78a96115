/** Certificates made in the tests, for what reads them. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate with its private key, both PEM. */
export interface Pair {
    readonly certificatePem: string;
    readonly privateKeyPem: string;
}

/** A self-signed certificate, a CA's unless told otherwise, valid since ten days for some more (negative: expired). */
export async function selfSigned(options: { ca?: boolean; days?: number } = {}): Promise<Pair> {
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const day = 24 * 3600 * 1000;
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: "CN=tests",
        keys,
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 10 * day),
        notAfter: new Date(Date.now() + (options.days ?? 30) * day),
        extensions: [new x509.BasicConstraintsExtension(options.ca ?? true, undefined, true)],
    });
    const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificatePem: certificate.toString("pem"),
        privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    };
}
