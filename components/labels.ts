/** Labels and annotations as Kubernetes has them. */
import * as pulumi from "@pulumi/pulumi";

export interface Labels {
    readonly [key: string]: pulumi.Input<string>;
}

/** The labels that select the pods, by default one with the Service's name. */
export function podLabels(
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
