/** Labels and annotations as Kubernetes has them. */
import * as pulumi from "@pulumi/pulumi";
import { selectorLabels, settleOne } from "./checks";

export interface Labels {
    readonly [key: string]: pulumi.Input<string>;
}

/** The labels that select the pods, by default one with the Service's name. */
export function settleLabels(
    owner: string,
    given: pulumi.Input<{ [key: string]: pulumi.Input<string> }> | undefined,
    service: pulumi.Output<string>,
): pulumi.Output<{ [key: string]: string }> {
    return given === undefined
        ? service.apply((app): { [key: string]: string } => ({ app }))
        : settleOne(owner, given, "workload.labels", selectorLabels);
}

/** The same with Istio's label for the version of a workload. */
export function withVersion(
    labels: pulumi.Output<{ [key: string]: string }>,
    version: pulumi.Input<string> | undefined,
): pulumi.Output<{ [key: string]: string }> {
    return version === undefined
        ? labels
        : pulumi.all([labels, version]).apply(([known, is]): { [key: string]: string } => ({ ...known, version: is }));
}
