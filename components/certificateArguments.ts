/** What the arguments of all certificates have in common: keys, subjects, lifetimes. */
import type * as pulumi from "@pulumi/pulumi";
import {
    type Check,
    input,
    join,
    object,
    oneOf,
    pem,
    problem,
    type Problem,
    refuse,
    required,
    settle,
    text,
    wholeNumber,
} from "./checks";

/** Kind and size of a private key. */
export const KeyAlgorithm = {
    EcdsaP256: "ECDSA-P256",
    Rsa2048: "RSA-2048",
} as const;
export type KeyAlgorithm = (typeof KeyAlgorithm)[keyof typeof KeyAlgorithm];

/** The distinguished name of a certificate's holder (RFC 5280, section 4.1.2.6). */
export interface SubjectArgs {
    /** Common name (CN). Default: the name that the certificate is made for. */
    readonly commonName?: pulumi.Input<string>;
    /** Organization (O). Default: none. */
    readonly organization?: pulumi.Input<string>;
}

/** A certificate authority's certificate and private key, for instance the outputs of a CertificateAuthority or of another stack. */
export interface CertificateAuthorityKeyPair {
    /** The CA's certificate in PEM form. */
    readonly certificatePem: pulumi.Input<string>;
    /** The CA's private key in PEM form. It is kept as a secret. */
    readonly privateKeyPem: pulumi.Input<string>;
}

/** All that a client needs to connect, in PEM form. */
export interface ClientBundle {
    /** The CA's certificate, with which the client verifies the server. */
    readonly caCertificatePem: string;
    /** The client's certificate. */
    readonly certificatePem: string;
    /** The client's private key (PKCS #8). */
    readonly privateKeyPem: string;
}

export const hoursPerYear = 365 * 24;

export const leafLifetime = { validityPeriodHours: hoursPerYear, earlyRenewalHours: 30 * 24 };

export const certificateAuthorityKeyPairCheck = object<CertificateAuthorityKeyPair>({
    certificatePem: required(input(pem)),
    privateKeyPem: required(input(pem)),
});

export const subjectCheck = object<SubjectArgs>({ commonName: input(text), organization: input(text) });

export const keyAlgorithmCheck = input(oneOf(Object.values(KeyAlgorithm)));

// RFC 5280 allows 9999 as the last year, but a lifetime of over 100 years is a slip of the unit.
export const validityCheck: Check = wholeNumber(1, 100 * hoursPerYear, " of hours");
export const renewalCheck: Check = wholeNumber(0, 100 * hoursPerYear, " of hours");

/** How long a certificate is valid, and how long before its end the next `pulumi up` makes a new one. */
export interface Lifetime {
    readonly validityPeriodHours: number;
    readonly earlyRenewalHours: number;
}

/**
 * The lifetime with its defaults; a window that is not given is at most a tenth of the lifetime. A window as long as the
 * lifetime is refused, since it would make a new certificate at every `pulumi up`.
 */
export function settleLifetime(
    owner: string,
    given: { validityPeriodHours?: pulumi.Input<number>; earlyRenewalHours?: pulumi.Input<number> },
    path: string,
    defaults: Lifetime,
): pulumi.Output<Lifetime> {
    const { validityPeriodHours, earlyRenewalHours } = given;
    return settle({ validityPeriodHours, earlyRenewalHours }, (known) => {
        const validity = known.validityPeriodHours ?? defaults.validityPeriodHours;
        const renewal = known.earlyRenewalHours ?? Math.min(defaults.earlyRenewalHours, Math.floor(validity / 10));
        refuse(owner, lifetimeProblems({ validityPeriodHours: validity, earlyRenewalHours: renewal }, path));
        return { validityPeriodHours: validity, earlyRenewalHours: renewal };
    });
}

export function lifetimeProblems(known: Lifetime, path: string): Problem[] {
    const { validityPeriodHours, earlyRenewalHours } = known;
    const window = join(path, "earlyRenewalHours");
    const problems = [
        ...validityCheck(validityPeriodHours, join(path, "validityPeriodHours")),
        ...renewalCheck(earlyRenewalHours, window),
    ];
    if (problems.length === 0 && earlyRenewalHours >= validityPeriodHours) {
        return [
            problem(
                window,
                earlyRenewalHours,
                `must be less than validityPeriodHours, which is ${validityPeriodHours}`,
            ),
        ];
    }
    return problems;
}

/** Key usage bits of a certificate that proves its holder in a TLS handshake; RSA key exchange also needs encipherment. */
export function leafKeyUsages(algorithm: KeyAlgorithm): string[] {
    return algorithm === KeyAlgorithm.Rsa2048 ? ["digital_signature", "key_encipherment"] : ["digital_signature"];
}
