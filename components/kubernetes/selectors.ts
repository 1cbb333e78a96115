/** The pods of a chain: by which labels each object finds them. */
import * as pulumi from "@pulumi/pulumi";
import { digestOf } from "./digest";
import { guardLabel, selectorLabels, withVersion } from "./labels";

interface ResolvedLabels {
    readonly [label: string]: string;
}

export interface Pods {
    /** By these Service and PeerAuthentication find them. */
    readonly selector: pulumi.Output<ResolvedLabels>;
    /** By these the Sidecar and the Deployment find them, perhaps one version of several. */
    readonly versionSelector: pulumi.Output<ResolvedLabels>;
    /** By these the guard finds them. */
    readonly guardSelector: pulumi.Output<ResolvedLabels>;
    /** What tells one guard's selector from another in its object's name; "" where it never changes. */
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

/** Pods that are made here carry a label for the guard alone, so that it keeps them whatever their other labels become. */
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
 * Pods of somebody else's have the labels that they have. With another selector a guard of another name is made first, and the
 * one for the former pods goes last, when no other object of the chain selects them any more.
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
