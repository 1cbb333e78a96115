/** Rejects two components on the same pods: Istio applies one Sidecar and one PeerAuthentication to a pod, and ignores others silently. */
import * as pulumi from "@pulumi/pulumi";
import { throwIfInvalid } from "../validation/arguments";
import * as problem from "../validation/problem";
import { monitorAddress } from "../validation/pulumiInternals";
import { selects } from "./labels";

/** What a component selects, and the labels of its own pods. */
interface SelectedPods {
    readonly namespace: string;
    readonly selector: { readonly [label: string]: string };
    readonly pods: { readonly [label: string]: string };
    /** URN of the Kubernetes provider; undefined for the default provider. Two providers count as two clusters, even if they are the same one. */
    readonly provider: string | undefined;
}

interface RegisteredSelection {
    readonly owner: string;
    readonly selected: SelectedPods;
}

/** The components of each run of a program. */
const registered = new WeakMap<object, RegisteredSelection[]>();

/** The runs for which a plugin creates components, by the address of the run's resource monitor. */
const runs = new Map<string, object>();

/** Fails if a component of the same program selects the pods of this one, or the other way round. */
export function rejectOverlappingSelection(
    { owner, provider }: { readonly owner: string; readonly provider: pulumi.ProviderResource | undefined },
    selected: { readonly [Property in keyof Omit<SelectedPods, "provider">]: pulumi.Output<SelectedPods[Property]> },
    /** The argument that selects the pods. */
    propertyPath: string,
): pulumi.Output<unknown> {
    const run = currentRun();
    if (run === undefined) {
        return pulumi.output(undefined);
    }
    const others = registered.get(run) ?? [];
    registered.set(run, others);
    return pulumi.output({ ...selected, provider: provider?.urn }).apply((known) => {
        for (const other of others) {
            if (overlap(known, other.selected)) {
                throwIfInvalid(owner, [problem.forbidden(propertyPath, overlapsWith(other.owner))]);
            }
        }
        others.push({ owner, selected: known });
    });
}

export function overlapsWith(owner: string): string {
    return `overlaps with ${owner}; Istio applies one Sidecar per workload. Select different pods`;
}

/**
 * Runs in the same process, such as tests and inline programs, have a resource monitor each. For a program in another language the
 * plugin, which has no stack resource, connects to the monitor once for each component (sdk/nodejs/provider/server.ts,
 * configureRuntime), with one address for all.
 */
function currentRun(): object | undefined {
    const isPlugin = pulumi.runtime.getStackResource() === undefined;
    const address = isPlugin ? monitorAddress() : undefined;
    if (address === undefined) {
        return pulumi.runtime.getMonitor();
    }
    const run = runs.get(address) ?? {};
    runs.set(address, run);
    return run;
}

function overlap(one: SelectedPods, other: SelectedPods): boolean {
    return (
        one.provider === other.provider &&
        one.namespace === other.namespace &&
        (selects(one.selector, other.pods) || selects(other.selector, one.pods))
    );
}
