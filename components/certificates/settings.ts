import * as pulumi from "@pulumi/pulumi";
import { type KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import { input, list, object } from "../validation/checks";
import { ipAddress, uriName } from "../x509/alternativeNames";
import { type Subject, subjectCheck } from "../x509/subject";
import { validityCheck, renewalCheck } from "./lifetime";

export interface CertificateSettings {
    /** Kind and size of the private keys: "ECDSA-P256", "ECDSA-P384" (Istio 1.25 or newer), "RSA-2048", "RSA-3072" or "RSA-4096". A CA of the component's own keeps the kind with which it was made. Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificates are valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** The server's distinguished name. Default: the Service's DNS name as common name. */
    readonly serverSubject?: Subject;
    /** IP addresses by which clients reach the server, for the subject alternative names of its certificate. Default: none. */
    readonly serverIpAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** URIs for the same. Default: none. */
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
