/** The one view of an X.509 certificate. Node.js reads it, except for extensions, which it does not show. */
import { type KeyObject, X509Certificate } from "node:crypto";
import { loadX509 } from "./library";

/** What the components and policies read from a certificate. Each property is read when it is used. */
export class Certificate {
    readonly #certificate: X509Certificate;

    /** Throws for a text that is no certificate. */
    constructor(pem: string) {
        this.#certificate = new X509Certificate(pem);
    }

    /** Distinguished name of the holder in one line. */
    get subject(): string {
        return formatDistinguishedName(this.#certificate.subject);
    }

    /** Distinguished name of the issuer in one line. */
    get issuer(): string {
        return formatDistinguishedName(this.#certificate.issuer);
    }

    // Node.js has validFromDate and validToDate since 22.10 only.
    get notBefore(): Date {
        return new Date(this.#certificate.validFrom);
    }

    get notAfter(): Date {
        return new Date(this.#certificate.validTo);
    }

    /** Whether the basic constraints have CA:TRUE. */
    get isAuthority(): boolean {
        return this.#certificate.ca;
    }

    /** Size of an RSA key in bits; undefined for a key of another kind. */
    get rsaBits(): number | undefined {
        return this.#certificate.publicKey.asymmetricKeyDetails?.modulusLength;
    }

    /** Undefined without the extension (RFC 5280, section 4.2.1.2), and if the library cannot read the certificate's extensions. */
    get subjectKeyIdentifier(): string | undefined {
        try {
            const { SubjectKeyIdentifierExtension, X509Certificate: Certificate } = loadX509();
            return new Certificate(this.der).getExtension(SubjectKeyIdentifierExtension)?.keyId;
        } catch {
            return undefined;
        }
    }

    /** The certificate in DER form. */
    get der(): Buffer {
        return this.#certificate.raw;
    }

    /** Whether the issuer's name, key identifiers and signature all match. */
    isIssuedBy(issuer: Certificate): boolean {
        const { publicKey } = issuer.#certificate;
        return this.#certificate.checkIssued(issuer.#certificate) && this.#certificate.verify(publicKey);
    }

    isForKey(privateKey: KeyObject): boolean {
        return this.#certificate.checkPrivateKey(privateKey);
    }
}

/** Undefined for a text that is no certificate. */
export function readCertificate(pem: string): Certificate | undefined {
    try {
        return new Certificate(pem);
    } catch {
        return undefined;
    }
}

/** Node.js writes each attribute in a line, and undefined for an empty name, whatever its types say. */
function formatDistinguishedName(distinguishedName: string | undefined): string {
    return (distinguishedName ?? "").split("\n").join(", ");
}
