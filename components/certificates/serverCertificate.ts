/** The certificate that the sidecar shows, for the DNS names of the Service. */
import * as pulumi from "@pulumi/pulumi";
import { type CertificateAuthorityKeyPair } from "./keyPairs";
import { type LeafCertificate, createLeafCertificate } from "./leafCertificate";
import { KeyAlgorithm } from "../x509/keyAlgorithm";
import type { CertificateSettings } from "./settings";
import { commonNameOf, type Subject } from "../x509/subject";
import { leafLifetime, resolveLifetime } from "./lifetime";
import { certificates as messages } from "../previews/messages";

/** Whom the server's certificate is for. */
export interface ServerNames {
    readonly subject: Subject;
    readonly dnsNames: pulumi.Output<string[]>;
    readonly ipAddresses: pulumi.Input<pulumi.Input<string>[]> | undefined;
    readonly uris: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** The Service's DNS names, and what the arguments add. */
export function serverNames(
    args: CertificateSettings,
    { service, namespace, host, externalHostNames }: ServiceNames,
): ServerNames {
    return {
        subject: { ...args.serverSubject, commonName: args.serverSubject?.commonName ?? commonNameOf(host, service) },
        dnsNames: pulumi
            .all([service, namespace, host, externalHostNames])
            .apply(([name, inNamespace, fully, given]) => [
                ...new Set([fully, `${name}.${inNamespace}.svc`, `${name}.${inNamespace}`, ...given]),
            ]),
        ipAddresses: args.serverIpAddresses,
        uris: args.serverUris,
    };
}

interface ServiceNames {
    readonly service: pulumi.Output<string>;
    readonly namespace: pulumi.Output<string>;
    readonly host: pulumi.Output<string>;
    /** Further names of the server. */
    readonly externalHostNames: pulumi.Output<string[]>;
}

export function createServerCertificate(
    name: string,
    args: CertificateSettings,
    issuer: CertificateAuthorityKeyPair,
    context: ServiceNames,
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    const { subject, dnsNames, ipAddresses, uris } = serverNames(args, context);
    const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(args, leafLifetime);
    return createLeafCertificate(
        name,
        {
            issuer,
            subject,
            dnsNames,
            ipAddresses,
            uris,
            extendedKeyUsage: "server_auth",
            keyAlgorithm: args.keyAlgorithm ?? KeyAlgorithm.EcdsaP256,
            validityPeriodHours,
            earlyRenewalHours,
            renewalLine: messages.server,
        },
        opts,
    );
}
