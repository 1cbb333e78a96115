/** A key with a certificate for it, signed by a CA: what servers and clients both need. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { privateKey } from "./privateKey";
import {
    type CertificateAuthorityKeyPair,
    type KeyAlgorithm,
    leafKeyUsages,
    type Subject,
} from "./certificateArguments";

/** What a leaf certificate is made of. */
export interface LeafCertificateSpec {
    readonly issuer: CertificateAuthorityKeyPair;
    readonly subject: Subject;
    /** DNS names in the subject alternative name extension; Go and Java look at nothing else. */
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    readonly extendedKeyUsage: "server_auth" | "client_auth";
    readonly keyAlgorithm: pulumi.Input<KeyAlgorithm>;
    readonly validityPeriodHours: pulumi.Input<number>;
    readonly earlyRenewalHours: pulumi.Input<number>;
}

/** A certificate with its private key. */
export interface LeafCertificate {
    readonly certificatePem: pulumi.Output<string>;
    /** PKCS #8, which OpenSSL, Go, Java and Envoy all read. */
    readonly privateKeyPem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    readonly notAfter: pulumi.Output<string>;
}

/** Registers key, request and certificate; the serial number is random (128 bits), so that a CRL can tell any two apart. */
export function leafCertificate(
    name: string,
    spec: LeafCertificateSpec,
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    const key = privateKey(`${name}-key`, spec.keyAlgorithm, opts);
    const request = new tls.CertRequest(
        `${name}-request`,
        { privateKeyPem: key.privateKeyPem, subject: spec.subject, dnsNames: spec.dnsNames, uris: spec.uris },
        opts,
    );
    const certificate = new tls.LocallySignedCert(
        `${name}-certificate`,
        {
            certRequestPem: request.certRequestPem,
            caCertPem: spec.issuer.certificatePem,
            caPrivateKeyPem: spec.issuer.privateKeyPem,
            validityPeriodHours: spec.validityPeriodHours,
            earlyRenewalHours: spec.earlyRenewalHours,
            allowedUses: pulumi
                .output(spec.keyAlgorithm)
                .apply((algorithm) => [...leafKeyUsages(algorithm), spec.extendedKeyUsage]),
            setSubjectKeyId: true,
        },
        opts,
    );
    return {
        certificatePem: certificate.certPem,
        privateKeyPem: pulumi.secret(key.privateKeyPemPkcs8),
        notAfter: certificate.validityEndTime,
    };
}
