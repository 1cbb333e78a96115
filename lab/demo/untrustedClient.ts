/** A client certificate of a CA that the mesh does not trust. */
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import type { ClientBundle } from "../../index";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Issues a certificate like the client's own, but from another CA, valid for an hour. */
export async function createUntrustedBundle(): Promise<Required<ClientBundle>> {
    const authorityKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const clientKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const validity = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
    const authority = await x509.X509CertificateGenerator.createSelfSigned({
        name: "CN=another CA",
        keys: authorityKeys,
        signingAlgorithm: algorithm,
        extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
        ...validity,
    });
    const certificate = await x509.X509CertificateGenerator.create({
        subject: "CN=client.test.svc.cluster.local, O=client organization",
        issuer: authority.subject,
        publicKey: clientKeys.publicKey,
        signingKey: authorityKeys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
            new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "client.test.svc.cluster.local" }]),
        ],
        ...validity,
    });
    const key = await crypto.subtle.exportKey("pkcs8", clientKeys.privateKey);
    return {
        caCertificatePem: authority.toString("pem"),
        certificatePem: certificate.toString("pem"),
        privateKeyPem: x509.PemConverter.encode(key, "PRIVATE KEY"),
    };
}
