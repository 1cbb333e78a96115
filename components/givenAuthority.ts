/** Reads a CA that the user brings along, so that a wrong one is refused here and not by Envoy, silently, later. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { CertificateAuthorityKeyPair } from "./certificateArguments";
import { type Problem, refuse, settle } from "./checks";

/** A CA that can sign. */
export interface GivenAuthority {
    readonly certificatePem: pulumi.Output<string>;
    /** Secret. */
    readonly privateKeyPem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    readonly notAfter: pulumi.Output<string>;
}

/** The CA with its expiry, checked as soon as its value is known. */
export function settleAuthority(owner: string, given: CertificateAuthorityKeyPair): GivenAuthority {
    const checked = settle({ certificatePem: given.certificatePem, privateKeyPem: given.privateKeyPem }, (known) => {
        refuse(owner, authorityProblems(known.certificatePem, known.privateKeyPem, "certificateAuthority", new Date()));
        return { ...known, notAfter: expiry(new X509Certificate(known.certificatePem)).toISOString() };
    });
    return {
        // The pair came in with a secret; its certificate is none.
        certificatePem: pulumi.unsecret(checked.certificatePem),
        privateKeyPem: pulumi.secret(checked.privateKeyPem),
        notAfter: pulumi.unsecret(checked.notAfter),
    };
}

export function authorityProblems(certificatePem: string, privateKeyPem: string, path: string, now: Date): Problem[] {
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
    if (expiry(certificate) <= now) {
        problems.push({
            propertyPath: certificatePath,
            reason: `the certificate of "${holder}" expired on ${expiry(certificate).toISOString()}: give a valid one`,
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
