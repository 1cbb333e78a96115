/** A certificate in PEM form, as Node.js reads it. */
import { X509Certificate } from "node:crypto";

/** Nothing where it is none. */
export function readCertificate(pem: string): X509Certificate | undefined {
    try {
        return new X509Certificate(pem);
    } catch {
        return undefined;
    }
}

// validFromDate and validToDate exist since Node.js 22.10 only.
export function beginning(certificate: X509Certificate): Date {
    return new Date(certificate.validFrom);
}

export function expiry(certificate: X509Certificate): Date {
    return new Date(certificate.validTo);
}
