/** A certificate that a CA issues to a server or client, with a generated key or for a CSR. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { announceReplacement } from "../previews/replacements";
import { parseAuthorityChain } from "../x509/authorityChain";
import { type KeyAlgorithm, leafKeyUsages } from "../x509/keyAlgorithm";
import type { Subject } from "../x509/subject";
import type { CertificateAuthorityKeyPair } from "./keyPairs";
import { createPrivateKey } from "./privateKey";

/** What all certificates have in common. */
export interface IssueSpec {
    readonly issuer: CertificateAuthorityKeyPair;
    readonly extendedKeyUsage: "server_auth" | "client_auth";
    readonly validityPeriodHours: pulumi.Input<number>;
    readonly earlyRenewalHours: pulumi.Input<number>;
}

/** A certificate with a generated key. */
export interface LeafCertificateSpec extends IssueSpec {
    readonly subject: Subject;
    /** DNS names in the subject alternative name extension; Go and Java ignore the common name. */
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    readonly ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    readonly keyAlgorithm: pulumi.Input<KeyAlgorithm>;
    /** The line of a preview when the certificate is replaced for the existing key. */
    readonly renewalLine: string;
}

export interface IssuedCertificate {
    readonly certificatePem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    readonly notAfter: pulumi.Output<string>;
}

/** A certificate with its private key. */
export interface LeafCertificate extends IssuedCertificate {
    /** PKCS #8, which OpenSSL, Go, Java and Envoy all read. */
    readonly privateKeyPem: pulumi.Output<string>;
}

/** Registers a key, a CSR and a certificate. */
export function createLeafCertificate(
    name: string,
    spec: LeafCertificateSpec,
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    const { subject, dnsNames, ipAddresses, uris, keyAlgorithm } = spec;
    const key = createPrivateKey(`${name}-key`, keyAlgorithm, opts);
    const request = new tls.CertRequest(
        `${name}-request`,
        { privateKeyPem: key.privateKeyPem, subject, dnsNames, ipAddresses, uris },
        opts,
    );
    const keyUsages = pulumi.output(keyAlgorithm).apply(leafKeyUsages);
    const certificate = createSignedCertificate(name, spec, request.certRequestPem, keyUsages, opts);
    announceReplacement(key.id, certificate.certPem, spec.renewalLine, certificate);
    return {
        certificatePem: withIntermediates(certificate.certPem, spec.issuer),
        privateKeyPem: pulumi.secret(key.privateKeyPemPkcs8),
        notAfter: certificate.validityEndTime,
    };
}

/** Registers a certificate for a CSR. The tls provider gives it a random serial number of 128 bits, so that a CRL identifies one certificate. */
export function createSignedCertificate(
    name: string,
    spec: IssueSpec,
    certRequestPem: pulumi.Input<string>,
    keyUsages: pulumi.Input<string[]>,
    opts: pulumi.CustomResourceOptions,
): tls.LocallySignedCert {
    const { issuer, extendedKeyUsage, validityPeriodHours, earlyRenewalHours } = spec;
    return new tls.LocallySignedCert(
        `${name}-certificate`,
        {
            certRequestPem,
            caCertPem: pulumi.output(issuer.certificatePem).apply((pem) => parseAuthorityChain(pem).signing),
            caPrivateKeyPem: issuer.privateKeyPem,
            validityPeriodHours,
            earlyRenewalHours,
            allowedUses: pulumi.output(keyUsages).apply((usages) => [...usages, extendedKeyUsage]),
            setSubjectKeyId: true,
        },
        opts,
    );
}

/** The certificate, followed by those of the CAs between it and the root. */
export function withIntermediates(
    certificatePem: pulumi.Output<string>,
    issuer: CertificateAuthorityKeyPair,
): pulumi.Output<string> {
    return pulumi
        .all([certificatePem, issuer.certificatePem])
        .apply(([own, authority]) => [own, ...parseAuthorityChain(authority).intermediates].join(""));
}
