/** The Istio task applied by hand, as its reader does: tests/unit/istioTask.yaml, its namespace, and its two Secrets. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Kubectl } from "../kubectl";
import { issue, type Pair } from "./certificates";

interface Manifest {
    readonly kind: string;
    readonly metadata: { readonly namespace?: string };
    readonly spec?: { readonly template?: { readonly metadata: { readonly annotations: Record<string, string> } } };
}

export const namespace = "test";
export const host = "httpbin.test.svc.cluster.local";

/** Applies the Istio task with a server certificate of the CA; `annotations` are added to the pods. */
export async function applyIstioTask(
    kubectl: Kubectl,
    authority: Pair,
    annotations: Readonly<Record<string, string>> = {},
): Promise<void> {
    const labels = { "istio-injection": "enabled" };
    await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } });
    const server = await issue(authority, { commonName: host, dnsNames: [host], usage: "server" });
    await kubectl.create(
        secret("httpbin-mtls-termination", "kubernetes.io/tls", {
            "tls.crt": server.certificatePem,
            "tls.key": server.privateKeyPem,
        }),
    );
    await kubectl.create(secret("httpbin-mtls-termination-cacert", "Opaque", { "ca.crt": authority.certificatePem }));
    for (const document of parseAllDocuments(
        readFileSync(join(__dirname, "..", "..", "unit", "istioTask.yaml"), "utf8"),
    )) {
        const object = document.toJS() as Manifest;
        if (object.kind === "Deployment") {
            Object.assign(object.spec!.template!.metadata.annotations, annotations);
        }
        await kubectl.apply({ ...object, metadata: { ...object.metadata, namespace } });
    }
    await kubectl.run("-n", namespace, "rollout", "status", "deployment/httpbin", "--timeout=120s");
}

function secret(name: string, type: string, stringData: Readonly<Record<string, string>>): object {
    return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, type, stringData };
}
