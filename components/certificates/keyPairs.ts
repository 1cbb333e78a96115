/** Certificates with their private keys, as arguments and outputs. */
import * as pulumi from "@pulumi/pulumi";
import { input, object, required } from "../validation/checks";
import { certificatesPem, pem } from "../x509/pem";

/** Certificate and private key of a CA. For example, the outputs of a CertificateAuthority in this stack, or in another one through a [StackReference](https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences). */
export interface CertificateAuthorityKeyPair {
    /** Certificate of the CA in PEM form. For an intermediate CA, append the certificate of its issuer, and so on up to the root. Clients trust the root; the sidecar trusts only the CA itself. Each certificate must be a CA certificate that has not expired, and an RSA key must have at least 2048 bits. The root CA of the mesh is rejected. */
    readonly certificatePem: pulumi.Input<string>;
    /** Private key of the CA in PEM form, without a passphrase. Pulumi stores it as a secret. */
    readonly privateKeyPem: pulumi.Input<string>;
}

/** Everything that a client needs to connect, in PEM form. */
export interface ClientBundle {
    /** CA certificates in PEM form, with which the client verifies the server. For an intermediate CA, the certificate of the root. Two during a CA rotation. */
    readonly caCertificatePem: string;
    /** Client certificate in PEM form, followed by the certificates of intermediate CAs. */
    readonly certificatePem: string;
    /** Private key of the client in PEM form (PKCS #8, [RFC 5208](https://www.rfc-editor.org/rfc/rfc5208)). Default: none, if the certificate was issued for a CSR: the client has the key. */
    readonly privateKeyPem?: string;
}

export const certificateAuthorityKeyPairCheck = object<CertificateAuthorityKeyPair>({
    certificatePem: required(input(certificatesPem)),
    privateKeyPem: required(input(pem)),
});

/** The pair with the private key as a secret, so that Pulumi's state encrypts a key that is set in plaintext. */
export function secretKeyPair(given: CertificateAuthorityKeyPair): CertificateAuthorityKeyPair {
    return { ...given, privateKeyPem: pulumi.secret(given.privateKeyPem) };
}
