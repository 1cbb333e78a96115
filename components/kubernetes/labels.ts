/** The labels of the pods: those that select them, and those that only they have. */
import * as pulumi from "@pulumi/pulumi";
import { digestOf } from "./digest";
import { labelValue } from "./names";

export interface Labels {
    readonly [key: string]: pulumi.Input<string>;
}

/** Whether a selector finds pods with these labels. */
export function selects(
    selector: { readonly [label: string]: unknown },
    labels: { readonly [label: string]: unknown },
    same: (wanted: unknown, is: unknown) => boolean = (wanted, is) => wanted === is,
): boolean {
    return Object.entries(selector).every(([label, value]) => same(value, labels[label]));
}

/** The labels that select the pods, by default one with the Service's name. */
export function selectorLabels(
    given: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined,
    service: pulumi.Input<string>,
): pulumi.Output<{ [key: string]: string }> {
    const labels: pulumi.Output<{ [key: string]: string } | undefined> = pulumi.output(given);
    return pulumi.all([labels, service]).apply(([known, app]): { [key: string]: string } => known ?? { app });
}

/** The same with Istio's label for the version of a workload. */
export function withVersion(
    labels: pulumi.Output<{ [key: string]: string }>,
    version: pulumi.Input<string> | undefined,
): pulumi.Output<{ [key: string]: string }> {
    return pulumi
        .all([labels, version ?? ""])
        .apply(([known, is]): { [key: string]: string } => (is === "" ? known : { ...known, version: is }));
}

/**
 * The label by which the guard finds the pods of a chain. It is not one of the user's, which may change: whatever they become,
 * the guard selects the pods that there are and those that come.
 */
export function guardLabel(component: string): { [label: string]: string } {
    return { "istio-sidecar-tls/chain": labelValue(component, "").length === 0 ? component : digestOf(component, 16) };
}
