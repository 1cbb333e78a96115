/** The error of each client when it rejects the server, or when the server rejects it. */
import type { ClientName } from "./clients";

export interface Errors {
    /** The server certificate is for other names. */
    readonly otherName: RegExp;
    /** The server certificate is issued by a CA that the client does not trust. */
    readonly otherAuthority: RegExp;
    /** The server's alert protocol_version (RFC 8446, section 6.2). */
    readonly protocolVersion: RegExp;
    /** With TLS 1.2 only: the server's alert handshake_failure, because the client sent no certificate. */
    readonly noCertificate: RegExp;
}

export const errors: Readonly<Record<ClientName, Errors>> = {
    curl: {
        otherName: /^curl: \(60\) SSL: no alternative certificate subject name matches target host name/,
        otherAuthority: /^curl: \(60\) SSL certificate problem: unable to get local issuer certificate/,
        protocolVersion: /^curl: \(35\) .*alert protocol version/,
        noCertificate: /^curl: \(35\) .*alert handshake failure/,
    },
    Go: {
        otherName: /x509: certificate is valid for .*, not httpbin\.example\.com/,
        otherAuthority: /x509: certificate signed by unknown authority/,
        protocolVersion: /remote error: tls: protocol version not supported/,
        noCertificate: /remote error: tls: handshake failure/,
    },
    Java: {
        otherName: /No subject alternative DNS name matching httpbin\.example\.com found/,
        otherAuthority: /PKIX path building failed/,
        protocolVersion: /Received fatal alert: protocol_version/,
        noCertificate: /SSLHandshakeException: (Received fatal alert: handshake_failure|Remote host terminated)/,
    },
    Python: {
        otherName: /Hostname mismatch, certificate is not valid for 'httpbin\.example\.com'/,
        otherAuthority: /CERTIFICATE_VERIFY_FAILED.*unable to get local issuer certificate/,
        protocolVersion: /TLSV1_ALERT_PROTOCOL_VERSION/,
        noCertificate: /ALERT_HANDSHAKE_FAILURE/,
    },
};
