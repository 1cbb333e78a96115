/** The pods of a component: the labels by which each object selects them. */
import * as pulumi from "@pulumi/pulumi";
import { hasAliases } from "../validation/pulumiInternals";
import { digestOf } from "./digest";
import { guardLabel, selectorLabels, withVersion } from "./labels";

interface ResolvedLabels {
    readonly [label: string]: string;
}

export interface Pods {
    /** Selector of Service and PeerAuthentication. */
    readonly selector: pulumi.Output<ResolvedLabels>;
    /** Selector of Sidecar and Deployment; with `version`, it selects one version of several. */
    readonly versionSelector: pulumi.Output<ResolvedLabels>;
    /** Of the guard and the NetworkPolicy. */
    readonly guard: GuardedPods;
    /** Of the second guard. */
    readonly secondGuard: GuardedPods;
}

/** How one policy of the guard selects the pods. */
export interface GuardedPods {
    readonly selector: pulumi.Output<ResolvedLabels>;
    /**
     * Suffix of the policy's object name. With another suffix the policy is replaced: the new object is created first, and the
     * old one is deleted last, when no pod is left that it selects.
     */
    readonly nameSuffix: pulumi.Output<string>;
}

type LabelsInput = pulumi.Input<{ [key: string]: pulumi.Input<string> }>;

interface CreatedPods {
    readonly kind: "created";
    readonly labels?: LabelsInput;
    readonly version?: pulumi.Input<string>;
}

interface ExistingPods {
    readonly kind: "existing";
    readonly selector: LabelsInput;
}

export function podsOf(
    component: pulumi.ComponentResource,
    name: string,
    workload: CreatedPods | ExistingPods,
    service: pulumi.Input<string>,
): Pods {
    return workload.kind === "created" ? createdPods(component, name, workload, service) : existingPods(workload);
}

/**
 * The policies of the guard select the pods by independent keys: one by a label of its own, which changes with the component's
 * name, the other one by the selector of the Deployment. No single change removes both from running pods. A component with
 * aliases may have a new name and other labels in one update, so there the name of the second policy follows its selector.
 */
function createdPods(
    component: pulumi.ComponentResource,
    name: string,
    { labels, version }: CreatedPods,
    service: pulumi.Input<string>,
): Pods {
    const selector = selectorLabels(labels, service);
    const versionSelector = withVersion(selector, version);
    return {
        selector,
        versionSelector,
        guard: { selector: pulumi.output(guardLabel(name)), nameSuffix: pulumi.output("") },
        secondGuard: {
            selector: versionSelector,
            nameSuffix: hasAliases(component) ? selectorSuffix(versionSelector) : pulumi.output(""),
        },
    };
}

/** The component cannot label existing pods, so the names of both policies follow the selector. */
function existingPods({ selector }: ExistingPods): Pods {
    const known: pulumi.Output<ResolvedLabels> = pulumi.output(selector);
    const guarded = { selector: known, nameSuffix: selectorSuffix(known) };
    return { selector: known, versionSelector: known, guard: guarded, secondGuard: guarded };
}

function selectorSuffix(selector: pulumi.Output<ResolvedLabels>): pulumi.Output<string> {
    return selector.apply((labels) => `-${digestOf(JSON.stringify(Object.entries(labels).sort()), 8)}`);
}
