/** Istio's page by hand, and what is right and wrong about it. */
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

const file = join(__dirname, "..", "..", "unit", "page.yaml");

/** All of its objects, in one namespace. */
export const page = parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
    const object = document.toJS() as KubernetesObject;
    return { ...object, metadata: { ...object.metadata, namespace } };
});

/** What the page lacks. */
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

/** What the page makes with openssl. */
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

/** Objects as they come out of a YAML file. */
export function group(objects: readonly object[]): Declared {
    return { name: "page", type: "kubernetes.yaml.ConfigGroup", args: { objs: objects } };
}

export const secretName = "policy-server";

export function secret(key: unknown, name = secretName) {
    return {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace: "default" },
        stringData: { "tls.key": key },
    };
}

/** By the class for it, with its data in plain text. */
export function secretResource(key: unknown): Declared {
    return { name: "server", type: "kubernetes.core.v1.Secret", args: secret(key, "policy-typed") };
}
