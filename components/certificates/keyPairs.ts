/** What the arguments of all certificates have in common: keys, subjects, lifetimes. */
import * as pulumi from "@pulumi/pulumi";
import { input, object, required } from "../validation/checks";
import { certificatesPem, pem } from "../x509/pem";

/** A certificate authority's certificate and private key, for instance the outputs of a CertificateAuthority or of another stack. */
export interface CertificateAuthorityKeyPair {
    /** The CA's certificate in PEM form; where another CA has issued it, followed by that one's, and so on up to a root. Clients trust the root, the sidecar none but the CA itself. */
    readonly certificatePem: pulumi.Input<string>;
    /** The CA's private key in PEM form. It is kept as a secret. */
    readonly privateKeyPem: pulumi.Input<string>;
}

/** All that a client needs to connect, in PEM form. */
export interface ClientBundle {
    /** The certificate with which the client verifies the server: the CA's or, where another CA has issued that, the root's; of two CAs while one takes over from the other. */
    readonly caCertificatePem: string;
    /** The client's certificate. */
    readonly certificatePem: string;
    /** The client's private key (PKCS #8). Default: none, where the client made the request and keeps its key to itself. */
    readonly privateKeyPem?: string;
}

export const certificateAuthorityKeyPairCheck = object<CertificateAuthorityKeyPair>({
    certificatePem: required(input(certificatesPem)),
    privateKeyPem: required(input(pem)),
});
// RFC 5280 allows 9999 as the last year, but a lifetime of over 100 years is a slip of the unit.
