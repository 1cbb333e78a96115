/** The certificates of a chain: the CA's, the server's and the clients'. */
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority } from "./certificateAuthority";
import { commonNameOf, KeyAlgorithm, type Lifetime } from "./certificateArguments";
import type { CertificateExpiry } from "./certificateExpiry";
import { alreadyChecked } from "./arguments";
import { ClientCertificate } from "./clientCertificate";
import { anyClient, type Client, clientUri } from "./clients";
import type { GivenAuthority } from "./givenAuthority";
import type { LeafCertificate } from "./leafCertificate";
import { serverCertificate } from "./serverCertificate";
import type { Certificates } from "./sidecarTlsTerminationArgs";

export interface ChainCertificates {
    readonly authority: GivenAuthority;
    readonly server: LeafCertificate;
    readonly firstClient: ClientCertificate;
    /** All of them, by name. */
    readonly clients: { readonly [client: string]: ClientCertificate };
    readonly notAfter: pulumi.Output<CertificateExpiry>;
}

export function chainCertificates(
    name: string,
    args: Certificates,
    known: {
        /** The user's CA; without it the chain makes its own. */
        readonly authority: GivenAuthority | undefined;
        readonly clients: readonly Client[] | undefined;
        readonly lifetime: pulumi.Output<Lifetime>;
        readonly service: pulumi.Output<string>;
        readonly namespace: pulumi.Output<string>;
        readonly host: pulumi.Output<string>;
        readonly meshTrustDomain: pulumi.Input<string>;
    },
    opts: pulumi.CustomResourceOptions,
): ChainCertificates {
    const { lifetime, service, namespace, host, meshTrustDomain } = known;
    const keyAlgorithm = args.keyAlgorithm ?? KeyAlgorithm.EcdsaP256;
    const authority = known.authority ?? new CertificateAuthority(`${name}-ca`, alreadyChecked({ keyAlgorithm }), opts);
    const server = serverCertificate(
        `${name}-server`,
        { issuer: authority, service, namespace, subject: args.serverSubject, keyAlgorithm, lifetime },
        opts,
    );
    const issue = (client: Client) =>
        new ClientCertificate(
            `${name}-client-${client.name}`,
            alreadyChecked({
                certificateAuthority: {
                    certificatePem: authority.certificatePem,
                    privateKeyPem: authority.privateKeyPem,
                },
                uris: [clientUri(client, host)],
                meshTrustDomain,
                subject: {
                    ...client.subject,
                    commonName:
                        client.subject?.commonName ??
                        commonNameOf(pulumi.interpolate`${client.name}.${namespace}.svc.cluster.local`, client.name),
                },
                keyAlgorithm,
                validityPeriodHours: lifetime.validityPeriodHours,
                earlyRenewalHours: lifetime.earlyRenewalHours,
            }),
            opts,
        );
    const [first = anyClient, ...others] = known.clients ?? [];
    const firstClient = issue(first);
    const clients = {
        [first.name]: firstClient,
        ...Object.fromEntries(others.map((client) => [client.name, issue(client)])),
    };
    const notAfter = pulumi
        .output({
            certificateAuthority: authority.notAfter,
            server: server.notAfter,
            clients: mapValues(clients, (client) => client.notAfter),
        })
        .apply((expiry): CertificateExpiry => expiry);
    return { authority, server, firstClient, clients, notAfter };
}

/** The object with another value at each key. */
export function mapValues<T, Result>(
    given: { readonly [key: string]: T },
    map: (value: T) => Result,
): { [key: string]: Result } {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));
}
