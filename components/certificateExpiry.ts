/** The dates that an operator has to know. */

/** When the certificates of a chain expire, as RFC 3339 times. */
export interface CertificateExpiry {
    /** The CA's certificate. */
    readonly certificateAuthority: string;
    /** The server's certificate. */
    readonly server: string;
    /** The clients' certificates, by name. */
    readonly clients: { [client: string]: string };
}
