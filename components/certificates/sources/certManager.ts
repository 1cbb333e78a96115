/** Certificates that cert-manager issues and renews in the cluster. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { X509Certificate } from "node:crypto";
import { type ClientBundle } from "../keyPairs";
import { certificateSpec, type Holder } from "./certManagerCertificate";
import type { CertManager } from "./certManagerIssuer";
import { type Client, clientCommonName, clientUri, issuedTo } from "../../access/clients";
import { objectName } from "../../kubernetes/names";
import { asksForCertificates, tlsModes } from "../../listeners/listeners";
import { KeyAlgorithm } from "../../x509/keyAlgorithm";
import { serverNames } from "../serverCertificate";
import type { CertificateSettings } from "../settings";
import { type CertificateInputs, type CertificateSet, mapValues } from "./source";
import { problem, type Problem } from "../../validation/problem";
import { leafLifetime, resolveLifetime } from "../lifetime";
import { caCertificateKey, serverCertificateKey, serverPrivateKeyKey } from "../secretFiles";

/** Where a client's certificate and key are. */
function clientSecretName(component: string, { name }: Client): string {
    return `${component}-client-${name}`;
}

/** Names of clients' Secrets, which come from those of the component and the client. */
export function validateClientSecretNames(
    component: string,
    clients: readonly Client[],
    serverSecret: unknown,
): Problem[] {
    return clients.flatMap((client, index) => {
        const secret = clientSecretName(component, client);
        const path = `clients[${index}].name`;
        return secret === serverSecret
            ? [problem(path, client.name, `gives its Secret the name ${secret}, which is objectNames.serverSecret`)]
            : objectName(secret, path).map((found) => ({
                  ...found,
                  reason: `as the name of its Secret ${found.reason}`,
              }));
    });
}

export function createCertManagerCertificates(
    certManager: CertManager,
    args: CertificateInputs,
    context: Context,
    before: readonly pulumi.Resource[],
): CertificateSet {
    const { name, names, namespace, host } = context;
    const certificates = args.certificates ?? {};
    const server = createCertificate(
        `${name}-cert-manager-server`,
        names.serverSecret,
        certManager,
        certificates,
        { ...serverNames(certificates, context), usage: "server auth" },
        context,
        before,
    );
    // Where nobody asks for a client's certificate, none is made.
    const modes = tlsModes(args.listeners);
    const named = asksForCertificates(modes) ? issuedTo(args) : [];
    const clients = Object.fromEntries(
        named.map((client) => {
            const holder = {
                subject: {
                    ...client.subject,
                    commonName:
                        client.subject?.commonName ?? clientCommonName(client, namespace, context.clusterDomain),
                },
                uris: [clientUri(client, host)],
                usage: "client auth" as const,
            };
            const role = `${name}-cert-manager-client-${client.name}`;
            const secretName = clientSecretName(name, client);
            const issued = createCertificate(role, secretName, certManager, certificates, holder, context, before);
            return [client.name, readClientBundle(`${role}-bundle`, issued, context)];
        }),
    );
    const first = Object.values(clients)[0];
    return {
        secrets: [server],
        mounts: pulumi.all([names.serverSecret, pulumi.all(modes)]).apply(([secret, known]) => ({
            serverSecret: secret,
            caSecret: secret,
            // Without client certificates nobody needs a CA, and the issuer may not say which it is.
            caOptional: !asksForCertificates(known),
        })),
        caCertificatePem: pulumi.unsecret(pulumi.output(first).apply((known) => known?.caCertificatePem)),
        bundles: clients,
        notAfter: pulumi.unsecret(
            pulumi.output(clients).apply((known) => ({
                clients: mapValues(known, ({ certificatePem }) =>
                    new Date(new X509Certificate(certificatePem).validTo).toISOString(),
                ),
            })),
        ),
    };
}

/**
 * A Certificate, which is there once cert-manager has issued it. The Secret is made empty beforehand, since cert-manager
 * leaves the ones that it makes behind, with the key in them (https://cert-manager.io/docs/usage/certificate/#cleaning-up-secrets-when-certificates-are-deleted).
 */
function createCertificate(
    name: string,
    secretName: pulumi.Input<string>,
    issuer: CertManager,
    { keyAlgorithm, ...lifetimeArgs }: CertificateSettings,
    holder: pulumi.Input<object>,
    { namespace, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): k8s.apiextensions.CustomResource {
    const secret = new k8s.core.v1.Secret(
        `${name}-secret`,
        { metadata: metadata({ name: secretName, namespace }), type: "Opaque" },
        { ...after(...before), ignoreChanges: ["data"] },
    );
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
                .all([holder, secretName, issuer, resolveLifetime(lifetimeArgs, leafLifetime), keyAlgorithm])
                .apply(([known, inSecret, by, duration, algorithm]) =>
                    certificateSpec(
                        { ...(known as Omit<Holder, "secretName">), secretName: inSecret },
                        by,
                        duration,
                        algorithm ?? KeyAlgorithm.EcdsaP256,
                    ),
                ),
        },
        after(...before, secret),
    );
}

/** What cert-manager has put into a client's Secret, read anew by every run. */
function readClientBundle(
    name: string,
    certificate: k8s.apiextensions.CustomResource,
    { after }: Context,
): pulumi.Output<ClientBundle> {
    // The Certificate has the Secret's name, and so its id. A preview does not know it before the Certificate is there, and
    // then reads nothing; a Secret that is not there would be an error.
    const secret = k8s.core.v1.Secret.get(name, certificate.id, {
        parent: after().parent,
        dependsOn: [certificate],
    });
    return pulumi.secret(
        secret.data.apply((data) => {
            const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
            if (text(caCertificateKey) === "") {
                throw new Error(
                    `certManager.issuerName: the issuer has put no ${caCertificateKey} into the Secret of ${name}, and nobody knows whom to trust: take one of type CA, Vault or another that says which CA it is`,
                );
            }
            return {
                caCertificatePem: text(caCertificateKey),
                certificatePem: text(serverCertificateKey),
                privateKeyPem: text(serverPrivateKeyKey),
            };
        }),
    );
}
