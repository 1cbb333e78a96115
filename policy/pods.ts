/** The pods that a stack makes, by their templates, and what selects them. */
import { selects } from "../components/kubernetes/labels";
import { nameOf, type StackObject } from "./kubernetesObject";
import { at, isMap, later } from "./values";

/** A template of pods, or pods of which no more is known than by which labels they are selected. */
export interface Pods {
    readonly namespace: unknown;
    readonly labels: unknown;
    /** How a message calls them. */
    readonly title: string;
    /** What makes them; nothing for pods of somebody else's. */
    readonly object?: StackObject;
}

/** Pods of workloads of any kind, CronJobs and others' kinds too: by the form of the object, not by its name. */
export function podsOf(objects: readonly StackObject[]): Required<Pods>[] {
    return objects.flatMap((object) => {
        const { kind, content, spec, namespace } = object;
        const template =
            kind === "Pod" ? content : (at(spec, "template") ?? at(spec, "jobTemplate", "spec", "template"));
        const containers = at(template, "spec", "containers");
        return Array.isArray(containers) || containers === later
            ? [{ namespace, labels: at(template, "metadata", "labels") ?? {}, title: nameOf(object), object }]
            : [];
    });
}

/** Pods that are not in this stack, of which a selector says all that is known. */
export function unseenPods(namespace: unknown, selector: unknown): Pods {
    const labels = isMap(selector) ? selector : {};
    return { namespace, labels, title: isMap(selector) ? `the pods ${JSON.stringify(selector)}` : "all pods" };
}

/** Whether a selector finds pods, as far as can be known: what is known only later may be the same. */
export function maySelect(selector: unknown, labels: unknown): boolean {
    return isMap(selector) && isMap(labels) ? selects(selector, labels, maybeSame) : true;
}

export function maybeSame(one: unknown, other: unknown): boolean {
    return one === later || other === later || one === other;
}
