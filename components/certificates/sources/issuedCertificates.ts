/** Certificates that are made here, by a CA of the chain's own or by one that is given as PEM. */
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { authorityExpiresFirst } from "../../previews/messages";
import { alreadyChecked } from "../../validation/arguments";
import { parseAuthorityChain } from "../../x509/authorityChain";
import { CertificateAuthority, keepingKey } from "../certificateAuthority";
import { type CertificateAuthorityKeyPair } from "../keyPairs";
import { ClientCertificate } from "../clientCertificate";
import { type Client, clientCommonName, clientUri, issuedTo } from "../../access/clients";
import { defaultTrustDomain } from "../../x509/spiffe";
import { digestOf } from "../../kubernetes/digest";
import { type GivenAuthority, resolveGivenAuthority } from "../givenAuthority";
import { createMutableSecret } from "../../kubernetes/mutableSecret";
import { KeyAlgorithm } from "../../x509/keyAlgorithm";
import { revocationListEnd } from "../../x509/revocationList";
import { createServerCertificate } from "../serverCertificate";
import { type CertificateInputs, type CertificateSet, mapValues } from "./source";
import { authorityLifetime, hoursPerYear, leafLifetime, resolveLifetime } from "../lifetime";
import {
    certificateRevocationListKey,
    caCertificateKey,
    serverCertificateKey,
    serverPrivateKeyKey,
} from "../secretFiles";

export function createIssuedCertificates(
    args: CertificateInputs,
    context: Context,
    before: readonly pulumi.Resource[],
): CertificateSet {
    const { name, names, namespace, metadata, after } = context;
    // Only what changes the cluster waits for the steps before.
    const opts = after();
    const current = args.certificateAuthority
        ? resolveGivenAuthority(args.certificateAuthority)
        : createOwnAuthority(`${name}-ca`, args, opts);
    const next = args.nextCertificateAuthority && resolveGivenAuthority(args.nextCertificateAuthority);

    // While one CA takes over from another, both are trusted and clients get certificates of the next one; the server keeps one
    // of the current, since clients that have no new bundle yet know no other.
    const authorities = pulumi
        .all([current.certificatePem, ...(next ? [next.certificatePem] : [])])
        .apply((all) => all.map(parseAuthorityChain));
    const trustedByClients = authorities.apply((all) => distinct(all.map(({ root }) => root)));
    const trustedBySidecar = authorities.apply((all) => distinct(all.map(({ signing }) => signing)));
    const server = createServerCertificate(`${name}-server`, args.certificates ?? {}, current, context, opts);
    const clients = Object.fromEntries(
        issuedTo(args).map((client) => [
            client.name,
            createClientCertificate(`${name}-client-${client.name}`, client, args, {
                issuer: next ?? current,
                trusted: trustedByClients,
                ...context,
            }),
        ]),
    );
    warnOfShortAuthority(name, args, current.notAfter, server.notAfter, opts);
    const list = args.certificateRevocationListPem;
    const secrets = [
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
    return {
        secrets,
        mounts: pulumi
            .all([names.serverSecret, names.caSecret])
            .apply(([serverSecret, caSecret]) => ({ serverSecret, caSecret })),
        ...(list
            ? {
                  // A list is public, also where it comes as a secret; what is no text is refused, if perhaps a little later.
                  revocationListDigest: pulumi
                      .unsecret(pulumi.output(list))
                      .apply((pem: unknown) => digestOf(String(pem), 64)),
              }
            : {}),
        caCertificatePem: trustedByClients,
        bundles: mapValues(clients, ({ bundle }) => bundle),
        notAfter: pulumi.output({
            certificateAuthority: current.notAfter,
            server: server.notAfter,
            ...(list
                ? { certificateRevocationList: pulumi.unsecret(pulumi.output(list)).apply(revocationListEnd) }
                : {}),
            clients: mapValues(clients, ({ notAfter }) => notAfter),
        }),
    };
}

/** What a CA has signed ends with the CA, whatever it says itself; a renewal should be due before that. */
function warnOfShortAuthority(
    name: string,
    { certificates }: CertificateInputs,
    authorityNotAfter: pulumi.Output<string>,
    serverNotAfter: pulumi.Output<string>,
    { parent }: pulumi.CustomResourceOptions,
): void {
    const { earlyRenewalHours } = resolveLifetime(certificates ?? {}, leafLifetime);
    pulumi.all([authorityNotAfter, serverNotAfter, earlyRenewalHours]).apply(async ([end, serverEnd, hours]) => {
        if (Date.parse(end) < Date.parse(serverEnd) - hours * 3_600_000) {
            await pulumi.log.warn(authorityExpiresFirst(name, end, serverEnd, hours), parent);
        }
    });
}

/** A CA whose certificate is renewed early enough to outlive what it signs. */
function createOwnAuthority(
    name: string,
    { certificates }: CertificateInputs,
    opts: pulumi.CustomResourceOptions,
): CertificateAuthority {
    const longest = resolveLifetime(certificates ?? {}, leafLifetime).validityPeriodHours;
    return new CertificateAuthority(
        name,
        keepingKey(
            alreadyChecked({
                keyAlgorithm: certificates?.keyAlgorithm ?? KeyAlgorithm.EcdsaP256,
                validityPeriodHours: longest.apply((hours) =>
                    Math.min(Math.max(authorityLifetime.validityPeriodHours, 2 * hours), 100 * hoursPerYear),
                ),
                earlyRenewalHours: longest.apply((hours) =>
                    Math.min(Math.max(authorityLifetime.earlyRenewalHours, hours), 99 * hoursPerYear),
                ),
            }),
        ),
        opts,
    );
}

function createClientCertificate(
    name: string,
    client: Client,
    { certificates, istiod }: CertificateInputs,
    context: Context & { readonly issuer: GivenAuthority; readonly trusted: pulumi.Output<string> },
): ClientCertificate {
    const { issuer, trusted, namespace, host, after } = context;
    const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(certificates ?? {}, leafLifetime);
    const certificateAuthority: CertificateAuthorityKeyPair = {
        certificatePem: issuer.certificatePem,
        privateKeyPem: issuer.privateKeyPem,
    };
    const identity = client.certificateRequestPem
        ? { certificateRequestPem: client.certificateRequestPem }
        : {
              uris: [clientUri(client, host)],
              subject: {
                  ...client.subject,
                  commonName: client.subject?.commonName ?? clientCommonName(client, namespace, context.clusterDomain),
              },
              keyAlgorithm: certificates?.keyAlgorithm ?? KeyAlgorithm.EcdsaP256,
          };
    return new ClientCertificate(
        name,
        alreadyChecked({
            certificateAuthority,
            trustedCertificatesPem: trusted,
            ...identity,
            meshTrustDomain: istiod?.trustDomain ?? defaultTrustDomain,
            validityPeriodHours,
            earlyRenewalHours,
        }),
        after(),
    );
}

/** PEM texts one after the other, each once. */
function distinct(certificates: readonly string[]): string {
    return [...new Set(certificates)].join("");
}
