/** The pods of a chain: by which labels each object finds them. */
import * as pulumi from "@pulumi/pulumi";
import { digestOf } from "./digest";
import { guardLabel, podLabels, withVersion } from "./labels";
import { type ExistingWorkload, neither, type Workload } from "./workload";

interface KnownLabels {
    readonly [label: string]: string;
}

export interface Pods {
    /** By these Service and PeerAuthentication find them. */
    readonly selector: pulumi.Output<KnownLabels>;
    /** By these the Sidecar and the Deployment find them, perhaps one version of several. */
    readonly versionSelector: pulumi.Output<KnownLabels>;
    /** By these the guard finds them. */
    readonly guardSelector: pulumi.Output<KnownLabels>;
    /** What tells one guard's selector from another in its object's name; "" where it never changes. */
    readonly guardSuffix: pulumi.Output<string>;
}

export function podsOf(
    component: string,
    args: { readonly workload?: Workload; readonly existingWorkload?: ExistingWorkload },
    service: pulumi.Input<string>,
): Pods {
    return args.workload
        ? madePods(component, args.workload, service)
        : existingPods(args.existingWorkload ?? neither());
}

/** Pods that are made here carry a label for the guard alone, so that it keeps them whatever their other labels become. */
function madePods(component: string, { labels, version }: Workload, service: pulumi.Input<string>): Pods {
    const selector = podLabels(labels, service);
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
function existingPods({ selector }: ExistingWorkload): Pods {
    const known: pulumi.Output<KnownLabels> = pulumi.output(selector);
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
