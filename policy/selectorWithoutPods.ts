/** Selectors that match no pods of the stack, mostly because of a misspelled label: Kubernetes and Istio accept them silently. */
import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { getSelector, isAuthorizationPolicy, isMeshWide, isPeerAuthentication, isSidecar } from "./istio";
import { groupByCluster, identifyCluster, isKind, type StackObject } from "./kubernetesObject";
import { formatSelectorWithoutPods } from "./messages";
import { findPods, mayEqual, maySelect, type Pods, type StackPods } from "./pods";
import { copyReadable } from "./properties";
import { getAt, hasUnknown, isRecord } from "./values";

export const selectorWithoutPods: StackValidationPolicy = {
    name: "selector-without-pods",
    description: "A selector must match pods.",
    enforcementLevel: "advisory",
    validateStack: ({ resources }, reportViolation) => {
        const releases = resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
        for (const objects of groupByCluster(resources)) {
            const pods = findPods(objects);
            for (const object of objects.filter(hasSelector)) {
                const candidates = findCandidates(object, pods);
                const hasUnseenPods = releases.some((release) => mayCreatePodsFor(release, object));
                const hasPods = pods.some((some) => mayMatch(object, some));
                if (candidates.length > 0 && !hasUnseenPods && !hasPods) {
                    reportViolation(formatSelectorWithoutPods(object, candidates), object.urn);
                }
            }
        }
    },
};

const isService = isKind("", "Service");

/** Not for mesh-wide policies, whose pods may be in any namespace. */
function hasSelector(object: StackObject): boolean {
    const selector = getSelector(object);
    return (
        [isService, isPeerAuthentication, isAuthorizationPolicy, isSidecar].some((isOfKind) => isOfKind(object)) &&
        !isMeshWide(object) &&
        isRecord(selector) &&
        Object.keys(selector).length > 0
    );
}

/**
 * The pods of which an object should select some. There are none if the stack creates no pods in the namespace. Pods of Jobs do not
 * count, because they come and go, nor do pods of a patched workload, which the stack does not own. A component with
 * existingWorkload may be meant for pods of another stack: only pods that depend on it, through its output podAnnotations for
 * example, are certainly its own.
 */
function findCandidates(object: StackObject, pods: readonly StackPods[]): StackPods[] {
    const candidates = pods.filter(
        (some) =>
            !hasUnknown([object.namespace, some.namespace]) &&
            object.namespace === some.namespace &&
            !["Job", "CronJob"].includes(some.object.kind) &&
            !some.object.resource.type.endsWith("Patch"),
    );
    const component = findComponent(object.resource);
    return component === undefined || candidates.some((some) => findComponent(some.object.resource) === component)
        ? candidates
        : candidates.filter(({ object: { resource } }) =>
              resource.dependencies.some((dependency) => findComponent(dependency) === component),
          );
}

/** The SidecarTlsTermination to which a resource belongs. */
function findComponent(resource: PolicyResource): PolicyResource | undefined {
    return resource.type === "istio-sidecar-tls:index:SidecarTlsTermination"
        ? resource
        : resource.parent && findComponent(resource.parent);
}

/** The pods of a Helm release are not resources of the stack. */
function mayCreatePodsFor(release: PolicyResource, object: StackObject): boolean {
    const namespace = getAt(copyReadable(release.props), "namespace");
    return (
        identifyCluster(release) === object.cluster &&
        (namespace === undefined || mayEqual(namespace, object.namespace))
    );
}

/** Labels that no template has, because controllers and Istio's injector add them to each pod. */
const labelOfPodOnly =
    /^(pod-template-hash|controller-revision-hash|job-name|controller-uid|statefulset\.kubernetes\.io\/.*|apps\.kubernetes\.io\/.*|batch\.kubernetes\.io\/.*|([a-z]+\.)?istio\.io\/.*)$/;

function mayMatch(object: StackObject, pods: Pods): boolean {
    const selector = getSelector(object);
    const labelsOfTemplates = Object.entries(isRecord(selector) ? selector : {}).filter(
        ([label]) => !labelOfPodOnly.test(label),
    );
    return mayEqual(object.namespace, pods.namespace) && maySelect(Object.fromEntries(labelsOfTemplates), pods.labels);
}
