/** Objects and queries that the suites on the feature flag share. */
import type { Cluster } from "../../../lab/cluster";
import { succeed } from "../../../lab/demo/clients";
import { istioNamespace } from "../../../lab/mesh/install";
import type { Later } from "../cleanUp";
import { moveNamespace } from "../istiodRevision";
import { type ClusterObject, kubectlFor } from "../kubectl";
import { type ServingStack, servingStack } from "../programStack";

/** The workload of every component in these suites. */
export const workload = { image: "docker.io/kennethreitz/httpbin", port: 80 };

/** Opens a stack that is destroyed at the end of the suite. */
export async function opened(
    cluster: Cluster,
    later: Later,
    ...given: Parameters<typeof servingStack> extends [unknown, ...infer Rest] ? Rest : never
): Promise<ServingStack> {
    const component = await servingStack(cluster, ...given);
    later(() => component.remove());
    return component;
}

/** Returns the parts of istiod's Deployment that people and programs set, without those of its controller. */
export async function istiodSettings(cluster: Cluster): Promise<unknown> {
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

/** Creates a namespace whose sidecars the revision injects. */
export async function createNamespace(cluster: Cluster, name: string, revision: string): Promise<void> {
    await succeed(cluster, "kubectl", ["create", "namespace", name]);
    await moveNamespace(cluster, name, revision);
}

export async function deleteNamespace(cluster: Cluster, name: string): Promise<void> {
    await succeed(cluster, "kubectl", ["delete", "namespace", name, "--ignore-not-found", "--timeout=120s"]);
}
