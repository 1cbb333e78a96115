/** Pod labels: the labels that select the pods, and the label of the guard. */
import * as pulumi from "@pulumi/pulumi";
import { digestOf } from "./digest";
import { labelValue } from "./names";

export interface Labels {
    readonly [key: string]: pulumi.Input<string>;
}

/** Whether a selector matches pods with these labels. */
export function selects(
    selector: { readonly [label: string]: unknown },
    labels: { readonly [label: string]: unknown },
    same: (wanted: unknown, is: unknown) => boolean = (wanted, is) => wanted === is,
): boolean {
    return Object.entries(selector).every(([label, value]) => same(value, labels[label]));
}

/** The labels that select the pods. Default: `app` with the name of the Service. */
export function selectorLabels(
    given: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined,
    service: pulumi.Input<string>,
): pulumi.Output<{ [key: string]: string }> {
    const labels: pulumi.Output<{ [key: string]: string } | undefined> = pulumi.output(given);
    return pulumi.all([labels, service]).apply(([known, app]): { [key: string]: string } => known ?? { app });
}

/** Adds the `version` label, by which Istio tells versions of a workload apart. */
export function withVersion(
    labels: pulumi.Output<{ [key: string]: string }>,
    version: pulumi.Input<string> | undefined,
): pulumi.Output<{ [key: string]: string }> {
    return pulumi
        .all([labels, version ?? ""])
        .apply(([known, is]): { [key: string]: string } => (is === "" ? known : { ...known, version: is }));
}

/**
 * The label by which the guard selects the pods of a component. It is not a label that users set: those may change, and the guard has
 * to select both the old pods and the new ones during the rollout.
 */
export function guardLabel(component: string): { [label: string]: string } {
    return { "istio-sidecar-tls/chain": labelValue(component, "").length === 0 ? component : digestOf(component, 16) };
}
