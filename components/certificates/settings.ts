/** The settings that all certificates of a component share. */
import type * as pulumi from "@pulumi/pulumi";
import { input, list, object } from "../validation/checks";
import { ipAddress, uriName } from "../x509/alternativeNames";
import { defaultKeyAlgorithm, type KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import { type Subject, subjectCheck } from "../x509/subject";
import { leafLifetime, renewalCheck, resolveLifetime, validityCheck } from "./lifetime";

/** Settings of the server and client certificates that the component issues, or requests from cert-manager. */
export interface CertificateSettings {
    /** Kind and size of the private keys: "ECDSA-P256", "ECDSA-P384" (requires Istio 1.25 or later), "RSA-2048", "RSA-3072" or "RSA-4096". If this changes, the CA that the component creates keeps its key. Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** Validity period of the server and client certificates in whole hours, from 1 to 876000. Default: 8760 (one year). */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** Renewal window of the server and client certificates: the hours before a certificate expires in which the first `pulumi up` renews it. With `certManager`, cert-manager renews it when the window begins or, for 0, after two thirds of the validity period. Whole hours from 0, less than `validityPeriodHours`. Default: a tenth of `validityPeriodHours`, at most 720 (thirty days). */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** Distinguished name of the server. See [RFC 5280, section 4.1.2.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.6). Plain value, not an Output; its properties accept Outputs. Default: as common name, the DNS name of the Service, or the name of the Service if the DNS name is longer than 64 characters. */
    readonly serverSubject?: Subject;
    /** IP addresses of the server, as SANs of the server certificate, for clients that connect by IP address. See [RFC 5280, section 4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6). Default: none. */
    readonly serverIpAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** URIs of the server, as SANs of the server certificate. See [RFC 5280, section 4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6). Default: none. */
    readonly serverUris?: pulumi.Input<pulumi.Input<string>[]>;
}

export const certificateSettingsCheck = object<CertificateSettings>({
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
    serverSubject: subjectCheck,
    serverIpAddresses: input(list(ipAddress)),
    serverUris: input(list(uriName)),
});

/** The settings with their defaults. */
export interface ResolvedCertificateSettings extends CertificateSettings {
    readonly keyAlgorithm: pulumi.Input<KeyAlgorithm>;
    readonly validityPeriodHours: pulumi.Output<number>;
    readonly earlyRenewalHours: pulumi.Output<number>;
}

export function resolveSettings(certificates: CertificateSettings | undefined): ResolvedCertificateSettings {
    const given = certificates ?? {};
    const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(given, leafLifetime);
    return {
        ...given,
        keyAlgorithm: given.keyAlgorithm ?? defaultKeyAlgorithm,
        validityPeriodHours,
        earlyRenewalHours,
    };
}
