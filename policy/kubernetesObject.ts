/** Kubernetes objects among the resources, whoever declares them: classes of @pulumi/kubernetes, CustomResource, YAML, Helm charts. */
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { at, hasLater, later, readable } from "./values";

export interface KubernetesObject {
    /** API group; "" for the core one. */
    readonly group: string;
    readonly kind: string;
    readonly name: unknown;
    readonly namespace: unknown;
    /** What tells the clusters of a stack apart. */
    readonly cluster: string;
    /** All of it; `later` where its provider is not configured yet. */
    readonly content: unknown;
    readonly spec: unknown;
    readonly urn: string;
}

/** An object of a stack, of which parent and dependencies are known. */
export interface StackObject extends KubernetesObject {
    readonly resource: PolicyResource;
}

/** `kubernetes:apps/v1:Deployment`, `kubernetes:v1:Secret` of a CustomResource, `kubernetes:core/v1:SecretPatch`. */
const typeToken = /^kubernetes:(?:([^:/]+)\/)?v[0-9][a-z0-9]*:([A-Za-z0-9]+?)(?:Patch)?$/;

/** Modules of @pulumi/kubernetes whose types are no objects of the API server. */
const notObjects = ["helm.sh", "yaml", "kustomize"];

/** Nothing for what is no Kubernetes object. */
export function kubernetesObject(
    resource: Pick<PolicyResource | ResourceValidationArgs, "type" | "props" | "provider" | "urn">,
): KubernetesObject | undefined {
    const [, group = "core", kind] = typeToken.exec(resource.type) ?? [];
    if (kind === undefined || notObjects.includes(group)) {
        return undefined;
    }
    // The engine knows no property while the provider waits for a cluster that is not made yet.
    const content = Object.keys(resource.props).length === 0 ? later : readable(resource.props);
    return {
        group: group === "core" ? "" : group,
        kind,
        name: at(content, "metadata", "name"),
        namespace: at(content, "metadata", "namespace") ?? providerSetting(resource, "namespace") ?? "default",
        cluster: clusterOf(resource),
        content,
        spec: at(content, "spec"),
        urn: resource.urn,
    };
}

/** The objects of a stack, each cluster's for itself. */
export function clustersOf(resources: readonly PolicyResource[]): StackObject[][] {
    const objects = resources.flatMap((resource) => {
        const object = kubernetesObject(resource);
        return object ? [{ ...object, resource }] : [];
    });
    const clusters = [...new Set(objects.map(({ cluster }) => cluster))];
    return clusters.map((cluster) => objects.filter((object) => object.cluster === cluster));
}

function providerSetting({ provider }: Pick<PolicyResource, "provider">, setting: string): unknown {
    return at(readable(provider?.props), setting);
}

/** Two providers of one cluster, such as for two namespaces, have the same kubeconfig. */
export function clusterOf(resource: Pick<PolicyResource, "provider">): string {
    const settings = ["kubeconfig", "context", "cluster"].map((setting) => providerSetting(resource, setting));
    return hasLater(settings) ? (resource.provider?.urn ?? "") : JSON.stringify(settings);
}

/** Such as `Deployment "httpbin"`. */
export function nameOf({ kind, name }: Pick<KubernetesObject, "kind" | "name">): string {
    return typeof name === "string" ? `${kind} "${name}"` : kind;
}

export function isOf(group: string, kind: string): (object: KubernetesObject) => boolean {
    return (object) => object.group === group && object.kind === kind;
}

export const isSecret = isOf("", "Secret");
