/** Reads a CA that the user brings along, so that a wrong one is refused here and not by Envoy, silently, later. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { CertificateAuthorityKeyPair } from "./certificateArguments";
import type { Problem } from "./checks";

/** A CA that can sign. */
export interface GivenAuthority {
    readonly certificatePem: pulumi.Output<string>;
    /** Secret. */
    readonly privateKeyPem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    readonly notAfter: pulumi.Output<string>;
}

/** The CA with its expiry; one that is wrong has been refused. */
export function givenAuthority(given: CertificateAuthorityKeyPair): GivenAuthority {
    return {
        // The pair may have come in as one secret; its certificate is none.
        certificatePem: pulumi.unsecret(pulumi.output(given.certificatePem)),
        privateKeyPem: pulumi.secret(given.privateKeyPem),
        notAfter: pulumi
            .unsecret(pulumi.output(given.certificatePem))
            .apply((pem) => attempt(() => expiry(new X509Certificate(pem)).toISOString()) ?? ""),
    };
}

/** Problems of a CA whose parts are both known. */
export function givenAuthorityProblems(
    given: CertificateAuthorityKeyPair | undefined,
    path: string,
    meshTrustDomain: unknown,
): Problem[] {
    const { certificatePem, privateKeyPem } = given ?? {};
    return typeof certificatePem === "string" && typeof privateKeyPem === "string"
        ? authorityProblems(certificatePem, privateKeyPem, path, meshTrustDomain)
        : [];
}

function authorityProblems(
    certificatePem: string,
    privateKeyPem: string,
    path: string,
    meshTrustDomain: unknown,
): Problem[] {
    const certificatePath = `${path}.certificatePem`;
    const certificate = attempt(() => new X509Certificate(certificatePem));
    if (certificate === undefined) {
        return [{ propertyPath: certificatePath, reason: "is not an X.509 certificate in PEM form" }];
    }
    const holder = certificate.subject.split("\n").join(", ");
    const problems: Problem[] = [];
    if (!certificate.ca) {
        problems.push({
            propertyPath: certificatePath,
            reason: `the certificate of "${holder}" is not a CA's: its basic constraints lack CA:TRUE`,
        });
    }
    if (expiry(certificate) <= new Date()) {
        problems.push({
            propertyPath: certificatePath,
            reason: `the certificate of "${holder}" expired on ${expiry(certificate).toISOString()}: give a valid one`,
        });
    }
    const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && bits < 2048) {
        problems.push({
            propertyPath: certificatePath,
            reason: `the certificate of "${holder}" has an RSA key of ${bits} bits, and Envoy takes none under 2048`,
        });
    }
    // istiod names the CA that it makes for the mesh after the trust domain (security/pkg/pki/ca/selfsignedcarootcertrotator.go).
    if (typeof meshTrustDomain === "string" && certificate.subject === `O=${meshTrustDomain}`) {
        problems.push({
            propertyPath: certificatePath,
            reason: `is the mesh's own root ("${holder}"): every workload of the mesh would pass for a client; take another CA`,
        });
    }
    const privateKey = attempt((): KeyObject => createPrivateKey(privateKeyPem));
    if (privateKey === undefined) {
        problems.push({
            propertyPath: `${path}.privateKeyPem`,
            reason: "is not a private key in PEM form without a passphrase",
        });
    } else if (!certificate.checkPrivateKey(privateKey)) {
        problems.push({
            propertyPath: `${path}.privateKeyPem`,
            reason: `is not the private key of the certificate of "${holder}"`,
        });
    }
    return problems;
}

// validToDate exists since Node.js 22.10 only.
function expiry(certificate: X509Certificate): Date {
    return new Date(certificate.validTo);
}

function attempt<T>(parse: () => T): T | undefined {
    try {
        return parse();
    } catch {
        return undefined;
    }
}
