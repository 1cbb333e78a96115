/** The certificates of a chain: the CA's, the server's and the client's. */
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority } from "./certificateAuthority";
import { KeyAlgorithm, type Lifetime } from "./certificateArguments";
import type { CertificateExpiry } from "./certificateExpiry";
import { ClientCertificate } from "./clientCertificate";
import type { GivenAuthority } from "./givenAuthority";
import type { LeafCertificate } from "./leafCertificate";
import { serverCertificate } from "./serverCertificate";
import type { CertificatesArgs } from "./sidecarTlsTerminationArgs";

/** The name of the one client that every chain has. */
export const clientName = "client";

export interface ChainCertificates {
    readonly authority: GivenAuthority;
    readonly server: LeafCertificate;
    readonly client: ClientCertificate;
    readonly notAfter: pulumi.Output<CertificateExpiry>;
}

export function chainCertificates(
    name: string,
    args: CertificatesArgs,
    settled: {
        /** The user's CA; without it the chain makes its own. */
        readonly authority: GivenAuthority | undefined;
        readonly lifetime: pulumi.Output<Lifetime>;
        readonly service: pulumi.Output<string>;
        readonly namespace: pulumi.Output<string>;
    },
    opts: pulumi.CustomResourceOptions,
): ChainCertificates {
    const { lifetime, service, namespace } = settled;
    const keyAlgorithm = args.keyAlgorithm ?? KeyAlgorithm.EcdsaP256;
    const authority = settled.authority ?? new CertificateAuthority(`${name}-ca`, { keyAlgorithm }, opts);
    const server = serverCertificate(
        `${name}-server`,
        { issuer: authority, service, namespace, subject: args.serverSubject, keyAlgorithm, lifetime },
        opts,
    );
    const client = new ClientCertificate(
        `${name}-${clientName}`,
        {
            certificateAuthority: {
                certificatePem: authority.certificatePem,
                privateKeyPem: authority.privateKeyPem,
            },
            dnsNames: [pulumi.interpolate`${clientName}.${namespace}.svc.cluster.local`],
            subject: args.clientSubject,
            keyAlgorithm,
            validityPeriodHours: lifetime.validityPeriodHours,
            earlyRenewalHours: lifetime.earlyRenewalHours,
        },
        opts,
    );
    const notAfter = pulumi
        .all([authority.notAfter, server.notAfter, client.notAfter])
        .apply(([ofAuthority, ofServer, ofClient]): CertificateExpiry => ({
            certificateAuthority: ofAuthority,
            server: ofServer,
            clients: { [clientName]: ofClient },
        }));
    return { authority, server, client, notAfter };
}
