/** What the cluster has against the objects of a case. */
import type { ApiServer, Manifest } from "./apiServer";
import type { Case } from "./cases";

/** The namespace in which everything is tried, since a dry run creates none for the objects that follow; it injects sidecars, and is this run's own. */
export const standIn = {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: `validation-${process.pid}`, labels: { "istio-injection": "enabled" } },
} as const;

/** Objections of the API server and its webhooks to a case's objects, to its namespace, and to a pod of its Deployment. */
export async function refusedByCluster(
    apiServer: ApiServer,
    { args }: Case,
    manifests: readonly Manifest[],
): Promise<string[]> {
    const namespace = { ...standIn, metadata: { name: args["namespace"] as string } };
    const moved = manifests.filter(({ kind }) => kind !== "Namespace").map(inStandIn);
    const made = manifests.filter(({ kind }) => kind === "Namespace");
    const asked = [...(made.length === 0 ? [namespace] : made), ...moved, ...moved.flatMap(podOf)];
    const said = await Promise.all(asked.map((manifest) => apiServer.refusal(manifest)));
    return said.flatMap((objection, index) => (objection === undefined ? [] : [`${asked[index]!.kind}: ${objection}`]));
}

/** istiod's webhook is asked about objects of its own revision; a cluster's default revision looks at those without the label as well. */
const revision = { "istio.io/rev": "default" };

/** The same object in the other namespace; one of Istio's is shown to istiod. */
export function inStandIn(manifest: Manifest): Manifest {
    const labels = manifest.apiVersion.includes("istio.io/") ? { labels: revision } : {};
    return { ...manifest, metadata: { ...manifest.metadata, ...labels, namespace: standIn.metadata.name } };
}

/** The pod that the Deployment's controllers would create, which gets its sidecar from istiod's injection webhook. */
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
            // The pod's own ServiceAccount is not there in a dry run.
            spec: { ...template.spec, serviceAccountName: "default" },
        },
    ];
}
