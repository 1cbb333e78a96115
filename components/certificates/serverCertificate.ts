/** The certificate that the sidecar presents, for the DNS names of the Service. */
import * as pulumi from "@pulumi/pulumi";
import { certificates as messages } from "../previews/messages";
import { commonNameOf, type Subject } from "../x509/subject";
import type { CertificateAuthorityKeyPair } from "./keyPairs";
import { createLeafCertificate, type LeafCertificate } from "./leafCertificate";
import type { CertificateSettings, ResolvedCertificateSettings } from "./settings";

/** The names in the server certificate. */
export interface ServerNames {
    readonly subject: Subject;
    readonly dnsNames: pulumi.Output<string[]>;
    readonly ipAddresses: pulumi.Input<pulumi.Input<string>[]> | undefined;
    readonly uris: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** The DNS names of the Service, and the names in the arguments. */
export function serverNames(
    { serverSubject, serverIpAddresses, serverUris }: CertificateSettings,
    { service, namespace, host, externalHostNames }: ServiceNames,
): ServerNames {
    return {
        subject: { ...serverSubject, commonName: serverSubject?.commonName ?? commonNameOf(host, service) },
        dnsNames: pulumi
            .all([service, namespace, host, externalHostNames])
            .apply(([name, inNamespace, fullName, given]) => [
                ...new Set([fullName, `${name}.${inNamespace}.svc`, `${name}.${inNamespace}`, ...given]),
            ]),
        ipAddresses: serverIpAddresses,
        uris: serverUris,
    };
}

interface ServiceNames {
    readonly service: pulumi.Output<string>;
    readonly namespace: pulumi.Output<string>;
    readonly host: pulumi.Output<string>;
    readonly externalHostNames: pulumi.Output<string[]>;
}

export function createServerCertificate(
    name: string,
    settings: ResolvedCertificateSettings,
    issuer: CertificateAuthorityKeyPair,
    context: ServiceNames,
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    const { keyAlgorithm, validityPeriodHours, earlyRenewalHours } = settings;
    return createLeafCertificate(
        name,
        {
            ...serverNames(settings, context),
            issuer,
            extendedKeyUsage: "server_auth",
            keyAlgorithm,
            validityPeriodHours,
            earlyRenewalHours,
            renewalLine: messages.server,
        },
        opts,
    );
}
