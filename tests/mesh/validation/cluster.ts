/** The objections of the cluster to the objects of a case. */
import type { ApiServer, Manifest } from "./apiServer";
import type { Case } from "./cases";

/** The namespace of this run for all objects, because a dry run creates none for the objects that follow. It injects sidecars. */
export const standIn = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `validation-${process.pid}`, labels: { "istio-injection": "enabled" } },
} as const;

/** Returns the objections of the API server and its webhooks to a case's objects, its namespace, and a pod of its Deployment. */
export async function rejectedByCluster(
    apiServer: ApiServer,
    { args }: Case,
    manifests: readonly Manifest[],
): Promise<string[]> {
    const namespace = { ...standIn, metadata: { name: args["namespace"] as string } };
    const moved = manifests.filter(({ kind }) => kind !== "Namespace").map(inStandIn);
    const made = manifests.filter(({ kind }) => kind === "Namespace");
    const asked = [...(made.length === 0 ? [namespace] : made), ...moved, ...moved.flatMap(podOf)];
    const said = await Promise.all(asked.map((manifest) => apiServer.rejection(manifest)));
    return said.flatMap((objection, index) => (objection === undefined ? [] : [`${asked[index]!.kind}: ${objection}`]));
}

/** The webhook of an istiod handles objects of its own revision; the default revision also handles objects without the label. */
const revision = { "istio.io/rev": "default" };

/** Returns the object in the namespace of this run; Istio objects get the label for istiod's webhook. */
export function inStandIn(manifest: Manifest): Manifest {
    const labels = manifest.apiVersion.includes("istio.io/") ? { labels: revision } : {};
    return { ...manifest, metadata: { ...manifest.metadata, ...labels, namespace: standIn.metadata.name } };
}

/** Returns the pod that the Deployment's controllers would create; istiod's webhook injects its sidecar. */
function podOf({ kind, metadata, spec }: Manifest): Manifest[] {
    if (kind !== "Deployment") {
        return [];
    }
    const { template } = spec as { template: { metadata: object; spec: object } };
    return [
        {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { ...template.metadata, generateName: `${metadata.name}-`, namespace: standIn.metadata.name },
            // The pod's own ServiceAccount does not exist in a dry run.
            spec: { ...template.spec, serviceAccountName: "default" },
        },
    ];
}
