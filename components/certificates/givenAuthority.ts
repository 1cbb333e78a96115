/** A CA that the user provides. It is read here, because Envoy would reject an unusable one later, without an error in `pulumi up`. */
import { createPrivateKey, type KeyObject } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as problem from "../validation/problem";
import { parseAuthorityChain } from "../x509/authorityChain";
import { type Certificate, readCertificate } from "../x509/readCertificate";
import type { CertificateAuthorityKeyPair } from "./keyPairs";

/** A CA that can sign. */
export interface SigningAuthority {
    readonly certificatePem: pulumi.Output<string>;
    /** A secret. */
    readonly privateKeyPem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    readonly notAfter: pulumi.Output<string>;
}

/** The CA with its expiry time. The checks reject an unusable CA. */
export function resolveGivenAuthority(given: CertificateAuthorityKeyPair): SigningAuthority {
    // The whole pair may come as one secret; the certificate is public.
    const certificatePem = pulumi.unsecret(pulumi.output(given.certificatePem));
    return {
        certificatePem,
        privateKeyPem: pulumi.secret(given.privateKeyPem),
        notAfter: certificatePem.apply((pem) => readCertificate(pem)?.notAfter.toISOString() ?? ""),
    };
}

/** Problems of a CA whose certificate and key are both known. */
export function validateGivenAuthority(
    given: CertificateAuthorityKeyPair | undefined,
    path: string,
    meshTrustDomain: unknown,
): problem.Problem[] {
    const { certificatePem, privateKeyPem } = given ?? {};
    if (typeof certificatePem !== "string" || typeof privateKeyPem !== "string") {
        return [];
    }
    const certificatePath = `${path}.certificatePem`;
    const all = parseAuthorityChain(certificatePem).all.map(readCertificate);
    const readable = all.filter((certificate) => certificate !== undefined);
    const [signing] = readable;
    if (signing === undefined || readable.length < all.length) {
        const position = all.length > 1 ? ` (number ${all.indexOf(undefined) + 1})` : "";
        return [problem.invalid(certificatePath, undefined, `is not an X.509 certificate in PEM form${position}`)];
    }
    return [
        ...validateAuthorityChain(readable, certificatePath),
        ...validateSigningCertificate(signing, certificatePath, meshTrustDomain),
        ...validatePrivateKey(privateKeyPem, `${path}.privateKeyPem`, signing),
    ];
}

function validateSigningCertificate(
    certificate: Certificate,
    path: string,
    meshTrustDomain: unknown,
): problem.Problem[] {
    const { rsaBits, subject } = certificate;
    const problems: problem.Problem[] = [];
    if (rsaBits !== undefined && rsaBits < 2048) {
        problems.push(
            problem.invalid(
                path,
                undefined,
                `the certificate of "${subject}" has an RSA key of ${rsaBits} bits, but Envoy requires at least 2048. Use another CA`,
            ),
        );
    }
    // istiod names the CA that it creates for the mesh after the trust domain (security/pkg/pki/ca/selfsignedcarootcertrotator.go).
    if (typeof meshTrustDomain === "string" && subject === `O=${meshTrustDomain}`) {
        problems.push(
            problem.invalid(
                path,
                undefined,
                `is the root CA of the mesh ("${subject}"), so every mesh workload would be admitted as a client. Use a dedicated CA`,
            ),
        );
    }
    return problems;
}

function validatePrivateKey(pem: string, path: string, certificate: Certificate): problem.Problem[] {
    const privateKey = readPrivateKey(pem);
    if (privateKey === undefined) {
        return [problem.invalid(path, undefined, "must be a private key in PEM form without a passphrase")];
    }
    return certificate.isForKey(privateKey)
        ? []
        : [problem.invalid(path, undefined, `is not the private key of the certificate of "${certificate.subject}"`)];
}

/** Each certificate is an unexpired CA certificate that the next one issued, up to a root. */
function validateAuthorityChain(chain: readonly Certificate[], path: string): problem.Problem[] {
    return chain.flatMap((certificate, index) => {
        const { subject, notAfter } = certificate;
        const above = chain[index + 1] ?? certificate;
        const reasons: string[] = [];
        if (!certificate.isAuthority) {
            reasons.push(`the certificate of "${subject}" is not a CA certificate: its basic constraints lack CA:TRUE`);
        }
        if (notAfter <= new Date()) {
            reasons.push(`the certificate of "${subject}" expired on ${notAfter.toISOString()}. Set a valid one`);
        }
        if (!certificate.isIssuedBy(above)) {
            reasons.push(
                above === certificate
                    ? `the certificate of "${subject}" was issued by "${certificate.issuer}", which clients must trust. Append the certificate of the issuer, and so on up to the root`
                    : `the certificate of "${subject}" is followed by that of "${above.subject}", which did not issue it. Set the certificate of the CA, then the one of its issuer, and so on up to the root`,
            );
        }
        return reasons.map((reason) => problem.invalid(path, undefined, reason));
    });
}

function readPrivateKey(pem: string): KeyObject | undefined {
    try {
        return createPrivateKey(pem);
    } catch {
        return undefined;
    }
}
