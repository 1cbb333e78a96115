/** Reads a CA that the user brings along, so that a wrong one is refused here and not by Envoy, silently, later. */
import { createPrivateKey, type KeyObject, type X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { parseAuthorityChain } from "../x509/authorityChain";
import type { CertificateAuthorityKeyPair } from "./keyPairs";
import { expiry, readCertificate } from "../x509/readCertificate";
import type { Problem } from "../validation/problem";
import { formatDistinguishedName } from "../x509/subject";

/** A CA that can sign. */
export interface GivenAuthority {
    readonly certificatePem: pulumi.Output<string>;
    /** Secret. */
    readonly privateKeyPem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    readonly notAfter: pulumi.Output<string>;
}

/** The CA with its expiry; one that is wrong has been refused. */
export function resolveGivenAuthority(given: CertificateAuthorityKeyPair): GivenAuthority {
    return {
        // The pair may have come in as one secret; its certificate is none.
        certificatePem: pulumi.unsecret(pulumi.output(given.certificatePem)),
        privateKeyPem: pulumi.secret(given.privateKeyPem),
        notAfter: pulumi.unsecret(pulumi.output(given.certificatePem)).apply((pem) => {
            const certificate = readCertificate(pem);
            return certificate ? expiry(certificate).toISOString() : "";
        }),
    };
}

/** Problems of a CA whose parts are both known. */
export function validateGivenAuthority(
    given: CertificateAuthorityKeyPair | undefined,
    path: string,
    meshTrustDomain: unknown,
): Problem[] {
    const { certificatePem, privateKeyPem } = given ?? {};
    return typeof certificatePem === "string" && typeof privateKeyPem === "string"
        ? validateAuthority(certificatePem, privateKeyPem, path, meshTrustDomain)
        : [];
}

function validateAuthority(
    certificatePem: string,
    privateKeyPem: string,
    path: string,
    meshTrustDomain: unknown,
): Problem[] {
    const certificatePath = `${path}.certificatePem`;
    const chain = parseAuthorityChain(certificatePem).all.map(readCertificate);
    const unreadable = chain.findIndex((certificate) => certificate === undefined);
    const [certificate] = chain;
    if (certificate === undefined || unreadable >= 0) {
        const which = chain.length > 1 ? ` (number ${unreadable + 1})` : "";
        return [{ propertyPath: certificatePath, reason: `is not an X.509 certificate in PEM form${which}` }];
    }
    const holder = formatDistinguishedName(certificate.subject);
    const problems = validateAuthorityChain(chain as X509Certificate[], certificatePath);
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
    const privateKey = parsePrivateKey(privateKeyPem);
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

/** Each is a CA's that has not expired, and issued by the next one, up to a root. */
function validateAuthorityChain(chain: readonly X509Certificate[], path: string): Problem[] {
    return chain.flatMap((certificate, index) => {
        const holder = formatDistinguishedName(certificate.subject);
        const above = chain[index + 1] ?? certificate;
        const reasons: string[] = [];
        if (!certificate.ca) {
            reasons.push(`the certificate of "${holder}" is not a CA's: its basic constraints lack CA:TRUE`);
        }
        if (expiry(certificate) <= new Date()) {
            reasons.push(
                `the certificate of "${holder}" expired on ${expiry(certificate).toISOString()}: give a valid one`,
            );
        }
        if (!certificate.checkIssued(above) || !certificate.verify(above.publicKey)) {
            reasons.push(
                above === certificate
                    ? `the certificate of "${holder}" is issued by "${formatDistinguishedName(certificate.issuer)}", which clients have to know: let that one's certificate follow, up to a root`
                    : `the certificate of "${holder}" is followed by that of "${formatDistinguishedName(above.subject)}", which has not issued it: give a CA's certificate, that of its issuer, and so on up to a root`,
            );
        }
        return reasons.map((reason) => ({ propertyPath: path, reason }));
    });
}

function parsePrivateKey(pem: string): KeyObject | undefined {
    try {
        return createPrivateKey(pem);
    } catch {
        return undefined;
    }
}
