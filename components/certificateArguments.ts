/** What the arguments of all certificates have in common: keys, subjects, lifetimes. */
import * as pulumi from "@pulumi/pulumi";
import { type Check, input, object, required, wholeNumber } from "./validation/checks";
import { join, problem, type Problem } from "./validation/problem";
import { certificatesPem, pem } from "./x509/pem";

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

export const hoursPerYear = 365 * 24;

export const leafLifetime = { validityPeriodHours: hoursPerYear, earlyRenewalHours: 30 * 24 };
export const authorityLifetime = { validityPeriodHours: 10 * hoursPerYear, earlyRenewalHours: hoursPerYear };

export const certificateAuthorityKeyPairCheck = object<CertificateAuthorityKeyPair>({
    certificatePem: required(input(certificatesPem)),
    privateKeyPem: required(input(pem)),
});
// RFC 5280 allows 9999 as the last year, but a lifetime of over 100 years is a slip of the unit.
export const validityCheck: Check = wholeNumber(1, 100 * hoursPerYear, " of hours");
export const renewalCheck: Check = wholeNumber(0, 100 * hoursPerYear, " of hours");

/** How long a certificate is valid, and how long before its end the next `pulumi up` makes a new one. */
export interface Lifetime {
    readonly validityPeriodHours: number;
    readonly earlyRenewalHours: number;
}

/** What `lifetime` and `lifetimeProblems` look at. */
export interface LifetimeArgs {
    readonly validityPeriodHours?: pulumi.Input<number>;
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

/** The lifetime with its defaults; a window that is not given is at most a tenth of the lifetime. */
export function lifetime(given: LifetimeArgs, defaults: Lifetime): pulumi.Output<Lifetime> {
    const { validityPeriodHours, earlyRenewalHours } = given;
    return pulumi.output({ validityPeriodHours, earlyRenewalHours }).apply((known) => {
        const validity = known.validityPeriodHours ?? defaults.validityPeriodHours;
        const window = Math.min(
            defaults.earlyRenewalHours,
            Math.max(Math.floor(validity / 10), Math.min(1, validity - 1)),
        );
        return { validityPeriodHours: validity, earlyRenewalHours: known.earlyRenewalHours ?? window };
    });
}

/** A window as long as the lifetime would make a new certificate at every `pulumi up`. */
export function lifetimeProblems(given: LifetimeArgs, path: string, defaults: Lifetime): Problem[] {
    const validity = given.validityPeriodHours ?? defaults.validityPeriodHours;
    const window = given.earlyRenewalHours;
    return typeof validity === "number" && typeof window === "number" && window >= validity
        ? [
              problem(
                  join(path, "earlyRenewalHours"),
                  window,
                  `must be less than validityPeriodHours, which is ${validity}`,
              ),
          ]
        : [];
}
