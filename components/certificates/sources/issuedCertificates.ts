/** Certificates that the component issues, from its own CA or from one that the user provides. */
import * as pulumi from "@pulumi/pulumi";
import { type Client, clientCommonName, clientUri, issuedTo } from "../../access/clients";
import type { Context } from "../../context";
import { digestOf } from "../../kubernetes/digest";
import { createMutableSecret } from "../../kubernetes/mutableSecret";
import { authorityExpiresFirst } from "../../previews/messages";
import { alreadyChecked } from "../../validation/arguments";
import { textOr } from "../../validation/unchecked";
import { parseAuthorityChain } from "../../x509/authorityChain";
import { revocationListEnd } from "../../x509/revocationList";
import { defaultTrustDomain } from "../../x509/spiffe";
import { CertificateAuthority, keepingKey } from "../certificateAuthority";
import { ClientCertificate } from "../clientCertificate";
import { resolveGivenAuthority, type SigningAuthority } from "../givenAuthority";
import type { CertificateAuthorityKeyPair } from "../keyPairs";
import type { LeafCertificate } from "../leafCertificate";
import { authorityLifetime, hoursPerYear } from "../lifetime";
import {
    caCertificateKey,
    certificateRevocationListKey,
    serverCertificateKey,
    serverPrivateKeyKey,
} from "../secretFiles";
import { createServerCertificate } from "../serverCertificate";
import { type ResolvedCertificateSettings, resolveSettings } from "../settings";
import { type CertificateInputs, type CertificateSet, mapValues } from "./source";

export function createIssuedCertificates(
    args: CertificateInputs,
    context: Context,
    before: readonly pulumi.Resource[],
): CertificateSet {
    const { name, names } = context;
    const settings = resolveSettings(args.certificates);
    const authorities = createAuthorities(args, settings, context);
    const { current, trustedByClients } = authorities;
    const server = createServerCertificate(`${name}-server`, settings, current, context, context.after());
    const clients = createClientCertificates(args, settings, authorities, context);
    warnIfAuthorityExpiresFirst(current, server, settings, context);
    const list = describeRevocationList(args.certificateRevocationListPem);
    return {
        secrets: createSecrets(args, server, authorities, context, before),
        mounts: pulumi
            .all([names.serverSecret, names.caSecret])
            .apply(([serverSecret, caSecret]) => ({ serverSecret, caSecret })),
        ...(list ? { revocationListDigest: list.digest } : {}),
        caCertificatePem: trustedByClients,
        bundles: mapValues(clients, ({ bundle }) => bundle),
        notAfter: pulumi.output({
            certificateAuthority: current.notAfter,
            server: server.notAfter,
            ...(list ? { certificateRevocationList: list.notAfter } : {}),
            clients: mapValues(clients, ({ notAfter }) => notAfter),
        }),
    };
}

/** The CAs that issue, and the certificates that clients and the sidecar trust. */
interface Authorities {
    /** Issues the server certificate: during a CA rotation, clients that still have the old bundle trust no other CA. */
    readonly current: SigningAuthority;
    /** Issues the client certificates. */
    readonly forClients: SigningAuthority;
    readonly trustedByClients: pulumi.Output<string>;
    readonly trustedBySidecar: pulumi.Output<string>;
}

function createAuthorities(
    args: CertificateInputs,
    settings: ResolvedCertificateSettings,
    { name, after }: Context,
): Authorities {
    const current = args.certificateAuthority
        ? resolveGivenAuthority(args.certificateAuthority)
        : createOwnAuthority(`${name}-ca`, settings, after());
    const next = args.nextCertificateAuthority && resolveGivenAuthority(args.nextCertificateAuthority);
    const chains = pulumi
        .all([current.certificatePem, ...(next ? [next.certificatePem] : [])])
        .apply((all) => all.map(parseAuthorityChain));
    return {
        current,
        forClients: next ?? current,
        trustedByClients: chains.apply((all) => joinDistinct(all.map(({ root }) => root))),
        trustedBySidecar: chains.apply((all) => joinDistinct(all.map(({ signing }) => signing))),
    };
}

/** PEM texts one after the other, each once. */
function joinDistinct(certificates: readonly string[]): string {
    return [...new Set(certificates)].join("");
}

/** A CA whose certificate is renewed before a certificate that it issues could outlive it. */
function createOwnAuthority(
    name: string,
    { keyAlgorithm, validityPeriodHours }: ResolvedCertificateSettings,
    opts: pulumi.CustomResourceOptions,
): CertificateAuthority {
    return new CertificateAuthority(
        name,
        keepingKey(
            alreadyChecked({
                keyAlgorithm,
                validityPeriodHours: validityPeriodHours.apply((hours) =>
                    Math.min(Math.max(authorityLifetime.validityPeriodHours, 2 * hours), 100 * hoursPerYear),
                ),
                earlyRenewalHours: validityPeriodHours.apply((hours) =>
                    Math.min(Math.max(authorityLifetime.earlyRenewalHours, hours), 99 * hoursPerYear),
                ),
            }),
        ),
        opts,
    );
}

function createClientCertificates(
    args: CertificateInputs,
    settings: ResolvedCertificateSettings,
    authorities: Authorities,
    context: Context,
): { [client: string]: ClientCertificate } {
    return Object.fromEntries(
        issuedTo(args).map((client) => [
            client.name,
            createClientCertificate(client, args, settings, authorities, context),
        ]),
    );
}

function createClientCertificate(
    client: Client,
    { istiod }: CertificateInputs,
    { keyAlgorithm, validityPeriodHours, earlyRenewalHours }: ResolvedCertificateSettings,
    { forClients, trustedByClients }: Authorities,
    { name, namespace, host, clusterDomain, after }: Context,
): ClientCertificate {
    const certificateAuthority: CertificateAuthorityKeyPair = {
        certificatePem: forClients.certificatePem,
        privateKeyPem: forClients.privateKeyPem,
    };
    const identity = client.certificateRequestPem
        ? { certificateRequestPem: client.certificateRequestPem }
        : {
              uris: [clientUri(client, host)],
              subject: {
                  ...client.subject,
                  commonName: client.subject?.commonName ?? clientCommonName(client, namespace, clusterDomain),
              },
              keyAlgorithm,
          };
    return new ClientCertificate(
        `${name}-client-${client.name}`,
        alreadyChecked({
            certificateAuthority,
            trustedCertificatesPem: trustedByClients,
            ...identity,
            meshTrustDomain: istiod?.trustDomain ?? defaultTrustDomain,
            validityPeriodHours,
            earlyRenewalHours,
        }),
        after(),
    );
}

/** Only these change the cluster, so only these wait for the guard. */
function createSecrets(
    { certificateRevocationListPem: list }: CertificateInputs,
    server: LeafCertificate,
    { trustedBySidecar }: Authorities,
    { name, names, namespace, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    return [
        createMutableSecret(
            `${name}-server-secret`,
            metadata({ name: names.serverSecret, namespace }),
            "kubernetes.io/tls",
            { [serverCertificateKey]: server.certificatePem, [serverPrivateKeyKey]: server.privateKeyPem },
            after(...before),
        ),
        createMutableSecret(
            `${name}-ca-secret`,
            metadata({ name: names.caSecret, namespace }),
            "Opaque",
            { [caCertificateKey]: trustedBySidecar, ...(list ? { [certificateRevocationListKey]: list } : {}) },
            after(...before),
        ),
    ];
}

/** A revocation list is public, even if it is set as a secret. */
function describeRevocationList(
    list: pulumi.Input<string> | undefined,
): { readonly digest: pulumi.Output<string>; readonly notAfter: pulumi.Output<string | undefined> } | undefined {
    if (!list) {
        return undefined;
    }
    const pem = pulumi.unsecret(pulumi.output(list));
    return { digest: pem.apply((text) => digestOf(textOr(text, ""), 64)), notAfter: pem.apply(revocationListEnd) };
}

/** A certificate is not valid longer than its CA's, so the CA's should outlast the time until the renewal is due. */
function warnIfAuthorityExpiresFirst(
    authority: SigningAuthority,
    server: LeafCertificate,
    { earlyRenewalHours }: ResolvedCertificateSettings,
    { name, after }: Context,
): void {
    pulumi
        .all([authority.notAfter, server.notAfter, earlyRenewalHours])
        .apply(async ([authorityNotAfter, serverNotAfter, hours]) => {
            if (Date.parse(authorityNotAfter) < Date.parse(serverNotAfter) - hours * 3_600_000) {
                await pulumi.log.warn(
                    authorityExpiresFirst(name, authorityNotAfter, serverNotAfter, hours),
                    after().parent,
                );
            }
        });
}
