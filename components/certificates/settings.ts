/** The settings that all certificates of a component share. */
import type * as pulumi from "@pulumi/pulumi";
import { input, list, object } from "../validation/checks";
import { ipAddress, uriName } from "../x509/alternativeNames";
import { defaultKeyAlgorithm, type KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import { type Subject, subjectCheck } from "../x509/subject";
import { leafLifetime, renewalCheck, resolveLifetime, validityCheck } from "./lifetime";

/** Settings of the server and client certificates that the component issues, or requests from cert-manager. */
export interface CertificateSettings {
    /** Kind and size of the private keys: "ECDSA-P256", "ECDSA-P384" (requires Istio 1.25 or later), "RSA-2048", "RSA-3072" or "RSA-4096". The key of the component's own CA keeps the algorithm that it was created with. Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** Validity period of the certificates in hours, from 1 to 876000. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** Renewal window in hours, less than validityPeriodHours: the first `pulumi up` in this time before a certificate expires renews it, and cert-manager renews it when the window begins. Default: 720, thirty days, or a tenth of a validity period that is shorter than 7200 hours. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** Distinguished name of the server. Default: the DNS name of the Service as common name. */
    readonly serverSubject?: Subject;
    /** IP addresses for the subject alternative names of the server certificate, for clients that connect by IP address. Default: none. */
    readonly serverIpAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** URIs for the subject alternative names of the server certificate ([RFC 5280, section 4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6)). Default: none. */
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
