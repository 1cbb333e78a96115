/** The pods that a stack creates, as their templates describe them, and the selectors that match them. */
import { selects } from "../components/kubernetes/labels";
import { formatObject, type StackObject } from "./kubernetesObject";
import { getAt, isRecord, unknownValue } from "./values";

/** Pods with these labels: of a template, or of another stack, where only the selector is known. */
export interface Pods {
    readonly namespace: unknown;
    readonly labels: unknown;
    /** How messages name them. */
    readonly title: string;
}

/** Pods that an object of the stack creates. */
export interface StackPods extends Pods {
    readonly object: StackObject;
}

/** The pods of workloads of any kind, CronJobs and custom resources included: the form of the object counts, not its kind. */
export function findPods(objects: readonly StackObject[]): StackPods[] {
    return objects.flatMap((object) => {
        const { kind, content, spec, namespace } = object;
        const template =
            kind === "Pod" ? content : (getAt(spec, "template") ?? getAt(spec, "jobTemplate", "spec", "template"));
        const containers = getAt(template, "spec", "containers");
        return Array.isArray(containers) || containers === unknownValue
            ? [{ namespace, labels: getAt(template, "metadata", "labels") ?? {}, title: formatObject(object), object }]
            : [];
    });
}

/** Pods outside this stack: the selector is all that is known of them. */
export function assumePods(namespace: unknown, selector: unknown): Pods {
    return isRecord(selector)
        ? { namespace, labels: selector, title: `the pods ${JSON.stringify(selector)}` }
        : { namespace, labels: {}, title: "all pods" };
}

/** Whether a selector matches pods, or may match them because a value is unknown. */
export function maySelect(selector: unknown, labels: unknown): boolean {
    return isRecord(selector) && isRecord(labels) ? selects(selector, labels, mayEqual) : true;
}

export function mayEqual(one: unknown, other: unknown): boolean {
    return one === unknownValue || other === unknownValue || one === other;
}
