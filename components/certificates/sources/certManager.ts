/** Certificates that cert-manager issues and renews in the cluster. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Client, clientCommonName, clientUri, issuedTo } from "../../access/clients";
import type { Context } from "../../context";
import { objectName } from "../../kubernetes/names";
import { asksForCertificates, tlsModes } from "../../listeners/listeners";
import * as problem from "../../validation/problem";
import { textOr } from "../../validation/unchecked";
import { defaultKeyAlgorithm, type KeyAlgorithm } from "../../x509/keyAlgorithm";
import { Certificate } from "../../x509/readCertificate";
import type { ClientBundle } from "../keyPairs";
import { serverNames } from "../serverCertificate";
import { type ResolvedCertificateSettings, resolveSettings } from "../settings";
import { readClientBundle } from "./certManagerBundle";
import { certificateSpec, type HolderInputs } from "./certManagerCertificate";
import type { CertManager } from "./certManagerIssuer";
import { type CertificateInputs, type CertificateSet, mapValues } from "./source";

/** Name of the Secret with a client's certificate and key. */
function clientSecretName(component: string, { name }: Client): string {
    return `${component}-client-${name}`;
}

/** Names of clients' Secrets, which consist of the names of the component and the client. */
export function validateClientSecretNames(
    component: string,
    clients: readonly Client[],
    serverSecret: unknown,
): problem.Problem[] {
    return clients.flatMap((client, index) => {
        const secret = clientSecretName(component, client);
        const path = `clients[${index}].name`;
        return secret === serverSecret
            ? [
                  problem.invalid(
                      path,
                      client.name,
                      `names the client's Secret ${secret}, which is objectNames.serverSecret. Change one of them`,
                  ),
              ]
            : objectName(secret, path).map((found) => ({
                  ...found,
                  reason: `is the name of the client's Secret and ${found.reason}`,
              }));
    });
}

export function createCertManagerCertificates(
    certManager: CertManager,
    args: CertificateInputs,
    context: Context,
    before: readonly pulumi.Resource[],
): CertificateSet {
    const { name, names } = context;
    const settings = resolveSettings(args.certificates);
    const server = createCertificate(
        `${name}-cert-manager-server`,
        names.serverSecret,
        certManager,
        settings,
        { ...serverNames(settings, context), usage: "server auth" },
        context,
        before,
    );
    // If no listener requests client certificates, none is issued.
    const modes = tlsModes(args.listeners);
    const named = asksForCertificates(modes) ? issuedTo(args) : [];
    const bundles = Object.fromEntries(
        named.map((client) => [client.name, createClientBundle(client, certManager, settings, context, before)]),
    );
    return {
        secrets: [server],
        mounts: pulumi.all([names.serverSecret, pulumi.all(modes)]).apply(([secret, known]) => ({
            serverSecret: secret,
            caSecret: secret,
            // Without client certificates the sidecar needs no CA certificate, and the issuer may not return one.
            caOptional: !asksForCertificates(known),
        })),
        caCertificatePem: pulumi.unsecret(
            pulumi.output(Object.values(bundles)[0]).apply((known) => known?.caCertificatePem),
        ),
        bundles,
        notAfter: pulumi.unsecret(
            pulumi.output(bundles).apply((known) => ({
                clients: mapValues(known, ({ certificatePem }) =>
                    new Certificate(certificatePem).notAfter.toISOString(),
                ),
            })),
        ),
    };
}

function createClientBundle(
    client: Client,
    certManager: CertManager,
    settings: ResolvedCertificateSettings,
    context: Context,
    before: readonly pulumi.Resource[],
): pulumi.Output<ClientBundle> {
    const { name, namespace, host, clusterDomain } = context;
    const role = `${name}-cert-manager-client-${client.name}`;
    const issued = createCertificate(
        role,
        clientSecretName(name, client),
        certManager,
        settings,
        {
            subject: {
                ...client.subject,
                commonName: client.subject?.commonName ?? clientCommonName(client, namespace, clusterDomain),
            },
            uris: [clientUri(client, host)],
            usage: "client auth",
        },
        context,
        before,
    );
    return readClientBundle(`${role}-bundle`, issued, context);
}

/**
 * A Certificate, which is ready once cert-manager has issued it. Its Secret is created empty beforehand, because cert-manager does not
 * delete the Secrets that it creates, with the keys in them, when the Certificate is deleted
 * (https://cert-manager.io/docs/usage/certificate/#cleaning-up-secrets-when-certificates-are-deleted).
 */
function createCertificate(
    name: string,
    secretName: pulumi.Input<string>,
    issuer: CertManager,
    { keyAlgorithm, validityPeriodHours, earlyRenewalHours }: ResolvedCertificateSettings,
    holder: HolderInputs,
    { namespace, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): k8s.apiextensions.CustomResource {
    const secret = new k8s.core.v1.Secret(
        `${name}-secret`,
        { metadata: metadata({ name: secretName, namespace }), type: "Opaque" },
        { ...after(...before), ignoreChanges: ["data"] },
    );
    const lifetime = { validityPeriodHours, earlyRenewalHours };
    return new k8s.apiextensions.CustomResource(
        `${name}-certificate`,
        {
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            metadata: metadata({
                name: secretName,
                namespace,
                annotations: { "pulumi.com/waitFor": "condition=Ready" },
            }),
            spec: pulumi
                .output({ holder, secretName, issuer, lifetime, keyAlgorithm })
                .apply((known) =>
                    certificateSpec(
                        { ...known.holder, secretName: known.secretName },
                        known.issuer,
                        known.lifetime,
                        textOr(known.keyAlgorithm, defaultKeyAlgorithm) as KeyAlgorithm,
                    ),
                ),
        },
        after(...before, secret),
    );
}
