/** What the suites on the feature flag look at and make. */
import type { Cluster } from "../../../lab/cluster";
import { succeed } from "../../../lab/demo/clients";
import { istioNamespace } from "../../../lab/mesh/install";
import type { Later } from "../cleanUp";
import { moveNamespace } from "../istiodRevision";
import { type ClusterObject, kubectlFor } from "../kubectl";
import { servingStack, type ServingStack } from "../programStack";

/** The application of every chain here. */
export const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };

/** A stack that is destroyed at the end of the suite. */
export async function opened(
    cluster: Cluster,
    later: Later,
    ...given: Parameters<typeof servingStack> extends [unknown, ...infer Rest] ? Rest : never
): Promise<ServingStack> {
    const chain = await servingStack(cluster, ...given);
    later(() => chain.remove());
    return chain;
}

/** What of istiod's Deployment is said by people and programs, not by its controller. */
export async function istiodAsTold(cluster: Cluster): Promise<unknown> {
    const { metadata, spec } = await istiod(cluster);
    const managedFields = metadata.managedFields!.filter(({ subresource }) => subresource !== "status");
    return { uid: metadata.uid, managedFields, spec };
}

export async function istiodContainers(cluster: Cluster): Promise<unknown> {
    return (await istiod(cluster)).spec!.template!.spec.containers;
}

function istiod(cluster: Cluster): Promise<ClusterObject> {
    return kubectlFor(cluster).get("deployment", "istiod", istioNamespace);
}

/** A namespace whose sidecars the revision injects. */
export async function makeNamespace(cluster: Cluster, name: string, revision: string): Promise<void> {
    await succeed(cluster, "kubectl", ["create", "namespace", name]);
    await moveNamespace(cluster, name, revision);
}

export async function deleteNamespace(cluster: Cluster, name: string): Promise<void> {
    await succeed(cluster, "kubectl", ["delete", "namespace", name, "--ignore-not-found", "--timeout=120s"]);
}
