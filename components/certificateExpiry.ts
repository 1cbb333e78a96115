/** The dates that an operator has to know. */

/** When the certificates of a chain expire, as RFC 3339 times. */
export interface CertificateExpiry {
    /** The CA's certificate; missing where it is in a Secret of somebody else's. */
    readonly certificateAuthority?: string;
    /** The server's certificate; missing where cert-manager renews it, or where it is in a Secret of somebody else's. */
    readonly server?: string;
    /** The revocation list that ends first; from then on every client of its CA is refused. Missing without a list, and for lists that do not end. */
    readonly certificateRevocationList?: string;
    /** The clients' certificates, by name. */
    readonly clients: { [client: string]: string };
}
