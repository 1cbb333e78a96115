/** The pods of a component: the labels by which each object selects them. */
import * as pulumi from "@pulumi/pulumi";
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
    /** Selector of the guard. */
    readonly guardSelector: pulumi.Output<ResolvedLabels>;
    /** Suffix of the guard's object names, which differs for each selector; "" for a selector that never changes. */
    readonly guardSuffix: pulumi.Output<string>;
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

export function podsOf(component: string, workload: CreatedPods | ExistingPods, service: pulumi.Input<string>): Pods {
    return workload.kind === "created" ? createdPods(component, workload, service) : existingPods(workload);
}

/** Pods that the component creates have a label for the guard alone, so that the guard selects them even if their other labels change. */
function createdPods(component: string, { labels, version }: CreatedPods, service: pulumi.Input<string>): Pods {
    const selector = selectorLabels(labels, service);
    return {
        selector,
        versionSelector: withVersion(selector, version),
        guardSelector: pulumi.output(guardLabel(component)),
        guardSuffix: pulumi.output(""),
    };
}

/**
 * The component cannot label existing pods. With another selector, a guard with another name is created first, and the guard of the
 * previous pods is deleted last, when no other object of the component selects them.
 */
function existingPods({ selector }: ExistingPods): Pods {
    const known: pulumi.Output<ResolvedLabels> = pulumi.output(selector);
    return {
        selector: known,
        versionSelector: known,
        guardSelector: known,
        guardSuffix: known.apply((labels) => {
            const sorted = JSON.stringify(Object.entries(labels).sort());
            return `-${digestOf(sorted, 8)}`;
        }),
    };
}
