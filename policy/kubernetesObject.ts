/** Kubernetes objects among the resources, whatever declares them: classes of @pulumi/kubernetes, CustomResource, YAML, Helm charts. */
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { copyReadable } from "./properties";
import { getAt, hasUnknown, unknownValue } from "./values";

export interface KubernetesObject {
    /** API group; "" for the core group. */
    readonly group: string;
    readonly kind: string;
    readonly name: unknown;
    readonly namespace: unknown;
    /** Identifies the cluster among those of the stack. */
    readonly cluster: string;
    /** The whole object; `unknownValue` while its provider is not configured. */
    readonly content: unknown;
    readonly spec: unknown;
    readonly urn: string;
}

/** An object of a stack, whose parent and dependencies are known. */
export interface StackObject extends KubernetesObject {
    readonly resource: PolicyResource;
}

type ProvidedResource = Pick<PolicyResource, "provider">;

/** `kubernetes:apps/v1:Deployment`, `kubernetes:v1:Secret` of a CustomResource, `kubernetes:core/v1:SecretPatch`. */
const typeToken = /^kubernetes:(?:([^:/]+)\/)?v[0-9][a-z0-9]*:([A-Za-z0-9]+?)(?:Patch)?$/;

/** Modules of @pulumi/kubernetes whose types are not objects of the API server. */
const notObjects = ["helm.sh", "yaml", "kustomize"];

/** `undefined` if the resource is not a Kubernetes object. */
export function toKubernetesObject(
    resource: Pick<PolicyResource | ResourceValidationArgs, "type" | "props" | "provider" | "urn">,
): KubernetesObject | undefined {
    const [, group = "core", kind] = typeToken.exec(resource.type) ?? [];
    if (kind === undefined || notObjects.includes(group)) {
        return undefined;
    }
    // The engine sends no properties while the provider waits for a cluster that is still to be created.
    const content = Object.keys(resource.props).length === 0 ? unknownValue : copyReadable(resource.props);
    return {
        group: group === "core" ? "" : group,
        kind,
        name: getAt(content, "metadata", "name"),
        namespace: getAt(content, "metadata", "namespace") ?? readProviderSetting(resource, "namespace") ?? "default",
        cluster: identifyCluster(resource),
        content,
        spec: getAt(content, "spec"),
        urn: resource.urn,
    };
}

/** The objects of a stack, grouped by cluster. */
export function groupByCluster(resources: readonly PolicyResource[]): StackObject[][] {
    const objects = resources.flatMap((resource) => {
        const object = toKubernetesObject(resource);
        return object ? [{ ...object, resource }] : [];
    });
    const clusters = [...new Set(objects.map(({ cluster }) => cluster))];
    return clusters.map((cluster) => objects.filter((object) => object.cluster === cluster));
}

/** Two providers of one cluster, for example for two namespaces, have the same kubeconfig. */
export function identifyCluster(resource: ProvidedResource): string {
    const settings = ["kubeconfig", "context", "cluster"].map((setting) => readProviderSetting(resource, setting));
    return hasUnknown(settings) ? (resource.provider?.urn ?? "") : JSON.stringify(settings);
}

function readProviderSetting({ provider }: ProvidedResource, setting: string): unknown {
    return getAt(copyReadable(provider?.props), setting);
}

/** For example `Deployment "httpbin"`. */
export function formatObject({ kind, name }: Pick<KubernetesObject, "kind" | "name">): string {
    return typeof name === "string" ? `${kind} "${name}"` : kind;
}

/** For example `ConfigMap "files"`, `ConfigGroup "manifests"`, `Provider "cluster"`. */
export function formatResource(resource: ResourceValidationArgs): string {
    const object = toKubernetesObject(resource);
    if (object) {
        return formatObject(object);
    }
    const isProvider = resource.type.startsWith("pulumi:providers:");
    return formatObject({
        kind: isProvider ? "Provider" : resource.type.replace(/^.*:/, ""),
        name: resource.name,
    });
}

export function isKind(group: string, kind: string): (object: KubernetesObject) => boolean {
    return (object) => object.group === group && object.kind === kind;
}

export const isSecret = isKind("", "Secret");
