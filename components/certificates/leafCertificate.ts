/** A certificate signed by a CA, with a key of its own or for a request: what servers and clients both need. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { announceReplacement } from "../previews/replacements";
import { parseAuthorityChain } from "../x509/authorityChain";
import type { CertificateAuthorityKeyPair } from "./keyPairs";
import { type KeyAlgorithm, leafKeyUsages } from "../x509/keyAlgorithm";
import type { Subject } from "../x509/subject";
import { createPrivateKey } from "./privateKey";

/** By whom, for what and how long a certificate is made. */
export interface IssueSpec {
    readonly issuer: CertificateAuthorityKeyPair;
    readonly extendedKeyUsage: "server_auth" | "client_auth";
    readonly validityPeriodHours: pulumi.Input<number>;
    readonly earlyRenewalHours: pulumi.Input<number>;
}

/** What a certificate with a key of its own is made of. */
export interface LeafCertificateSpec extends IssueSpec {
    readonly subject: Subject;
    /** DNS names in the subject alternative name extension; Go and Java look at nothing else. */
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    readonly ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    readonly keyAlgorithm: pulumi.Input<KeyAlgorithm>;
    /** What a preview says when the certificate is made anew for a key that there is. */
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

/** Registers key, request and certificate. */
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

/** Registers a certificate for a request; its serial number is random (128 bits), so that a CRL can tell any two apart. */
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

/** A certificate with those of the CAs between it and the root. */
export function withIntermediates(
    certificatePem: pulumi.Output<string>,
    issuer: CertificateAuthorityKeyPair,
): pulumi.Output<string> {
    return pulumi
        .all([certificatePem, issuer.certificatePem])
        .apply(([own, authority]) => [own, ...parseAuthorityChain(authority).intermediates].join(""));
}
