/** Selectors that find none of the pods that a stack makes, mostly for a label that is misspelt: Kubernetes and Istio take it without a word. */
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { appliesEverywhere, isAuthorizationPolicy, isPeerAuthentication, isSidecar, selectorOf } from "./istio";
import { clusterOf, clustersOf, isOf, nameOf, type StackObject } from "./kubernetesObject";
import { maybeSame, maySelect, type Pods, podsOf } from "./pods";
import { at, hasLater, isMap, readable } from "./values";

export const selectorWithoutPods: StackValidationPolicy = {
    name: "selector-without-pods",
    description: "A selector has to find pods.",
    enforcementLevel: "advisory",
    validateStack: ({ resources }, reportViolation) => {
        const releases = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        for (const objects of clustersOf(resources)) {
            const pods = podsOf(objects);
            for (const object of objects.filter(hasSelector)) {
                const near = podsNear(object, pods);
                const unseen = releases.some((release) => mayMakePodsFor(release, object));
                if (near.length > 0 && !unseen && !pods.some((some) => mayFind(object, some))) {
                    const shown = near.map(({ title, labels }) => `${title} ${JSON.stringify(labels)}`);
                    reportViolation(
                        `${nameOf(object)} selects ${JSON.stringify(selectorOf(object))}, and finds none of the pods that this stack makes in namespace ${JSON.stringify(object.namespace)}: ${shown.join(", ")}. If they are another stack's, all is well`,
                        object.urn,
                    );
                }
            }
        }
    },
};

const isService = isOf("", "Service");

/** Not for policies of the whole mesh, whose pods may be anywhere. */
function hasSelector(object: StackObject): boolean {
    const selector = selectorOf(object);
    return (
        [isService, isPeerAuthentication, isAuthorizationPolicy, isSidecar].some((isKind) => isKind(object)) &&
        !appliesEverywhere(object) &&
        isMap(selector) &&
        Object.keys(selector).length > 0
    );
}

/**
 * Those among which an object should find some. Where a stack makes no pods itself, nothing can be known. The pods of Jobs come
 * and go, and those of a patched workload are somebody else's. A chain that is attached to pods may be so to another stack's:
 * only pods that depend on it, for the annotations that it gives out, are surely those that are meant.
 */
function podsNear(object: StackObject, pods: readonly Required<Pods>[]): Required<Pods>[] {
    const near = pods.filter(
        (some) =>
            !hasLater([object.namespace, some.namespace]) &&
            object.namespace === some.namespace &&
            !["Job", "CronJob"].includes(some.object.kind) &&
            !some.object.resource.type.endsWith("Patch"),
    );
    const chain = chainOf(object.resource);
    return chain === undefined || near.some((some) => chainOf(some.object.resource) === chain)
        ? near
        : near.filter((some) => some.object.resource.dependencies.some((one) => chainOf(one) === chain));
}

/** The chain of this package to which a resource belongs. */
function chainOf(resource: PolicyResource): PolicyResource | undefined {
    return resource.type === "istio-sidecar-tls:index:SidecarTlsTermination"
        ? resource
        : resource.parent && chainOf(resource.parent);
}

/** The pods of a Helm release are no resources of the stack. */
function mayMakePodsFor(release: PolicyResource, object: StackObject): boolean {
    const namespace = at(readable(release.props), "namespace");
    return clusterOf(release) === object.cluster && (namespace === undefined || maybeSame(namespace, object.namespace));
}

/** Labels that no template has, since controllers and Istio's injector put them on each pod. */
const labelOfPodAlone =
    /^(pod-template-hash|controller-revision-hash|job-name|controller-uid|statefulset\.kubernetes\.io\/.*|apps\.kubernetes\.io\/.*|batch\.kubernetes\.io\/.*|([a-z]+\.)?istio\.io\/.*)$/;

function mayFind(object: StackObject, pods: Required<Pods>): boolean {
    const selector = selectorOf(object);
    const ofTemplates = Object.entries(isMap(selector) ? selector : {}).filter(
        ([label]) => !labelOfPodAlone.test(label),
    );
    return maybeSame(object.namespace, pods.namespace) && maySelect(Object.fromEntries(ofTemplates), pods.labels);
}
