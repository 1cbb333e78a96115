/** The manifests of the Istio task, the guard that they lack, and private keys in the right and the wrong place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Declared } from "../declaredStack";

export const namespace = "policy";

interface KubernetesObject {
    readonly kind: string;
    readonly metadata: { readonly name: string; readonly namespace?: string };
    readonly spec?: object;
}

const file = join(__dirname, "..", "..", "unit", "istioTask.yaml");

/** All objects of the task, in one namespace. */
export const taskManifests = parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
    const object = document.toJS() as KubernetesObject;
    return { ...object, metadata: { ...object.metadata, namespace } };
});

/** The guard that the task lacks. */
export const guard = {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: "guard", namespace },
    spec: {
        selector: { matchLabels: { app: "httpbin" } },
        action: "DENY",
        rules: [{ from: [{ source: { notPrincipals: ["*"] } }], to: [{ operation: { ports: ["9080"] } }] }],
    },
};

/** The certificates that the task creates with openssl. */
export const certificates: readonly Declared[] = [
    { name: "key", type: "tls.PrivateKey", args: { algorithm: "ECDSA", ecdsaCurve: "P256" } },
    {
        name: "certificate",
        type: "tls.SelfSignedCert",
        args: {
            privateKeyPem: { from: ["key", "privateKeyPem"] },
            subject: { commonName: "httpbin.test.svc.cluster.local" },
            allowedUses: ["server_auth"],
            validityPeriodHours: 365 * 24,
        },
    },
    {
        name: "server",
        type: "kubernetes.core.v1.Secret",
        args: {
            metadata: { name: "httpbin-mtls-termination", namespace },
            type: "kubernetes.io/tls",
            stringData: {
                "tls.key": { from: ["key", "privateKeyPem"] },
                "tls.crt": { from: ["certificate", "certPem"] },
            },
        },
    },
];

/** Objects as a YAML file declares them. */
export function configGroup(objects: readonly object[]): Declared {
    return { name: "manifests", type: "kubernetes.yaml.ConfigGroup", args: { objs: objects } };
}

export const secretName = "policy-server";

/** The manifest of a Secret with a private key. */
export function secretSpec(key: unknown, name = secretName) {
    return {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace: "default" },
        stringData: { "tls.key": key },
    };
}

/** A Secret of class kubernetes.core.v1.Secret, with its data in plaintext. */
export function secretResource(key: unknown): Declared {
    return { name: "server", type: "kubernetes.core.v1.Secret", args: secretSpec(key, "policy-typed") };
}
