/** Two chains on the same pods: Istio lets one Sidecar and one PeerAuthentication win, and says nothing. */
import * as pulumi from "@pulumi/pulumi";
import { throwIfInvalid } from "../validation/arguments";
import { selects } from "./labels";

/** What a chain selects, and what its own pods carry. */
interface SelectedPods {
    readonly namespace: string;
    readonly selector: { readonly [label: string]: string };
    readonly pods: { readonly [label: string]: string };
    /** URN of the provider of its cluster; none for the default one. Two providers of one cluster are taken for two clusters. */
    readonly provider: string | undefined;
}

interface RegisteredSelection {
    readonly owner: string;
    readonly selected: SelectedPods;
}

/** The chains of each run of a program. */
const registered = new WeakMap<object, RegisteredSelection[]>();

/** The runs for which a plugin makes chains, by the address of the run's monitor. */
const runs = new Map<string, object>();

/** Fails if a chain of the same program selects the pods of this one, or the other way round. */
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
                const reason = `also select pods of ${other.owner}, and Istio would let one of the two win: give each its own`;
                throwIfInvalid(owner, [{ propertyPath, reason }]);
            }
        }
        others.push({ owner, selected: known });
    });
}

/**
 * Runs in the same process, such as tests and inline programs, each have a monitor of their own. For a program in another language
 * the plugin, which knows no stack resource, has a client of it for each component (sdk/nodejs/provider/server.ts,
 * configureRuntime), with one address.
 */
function currentRun(): object | undefined {
    const monitor = pulumi.runtime.getMonitor() as Monitor | undefined;
    const isPlugin = pulumi.runtime.getStackResource() === undefined;
    const address = isPlugin ? monitor?.getChannel?.().getTarget() : undefined;
    if (address === undefined) {
        return monitor;
    }
    const run = runs.get(address) ?? {};
    runs.set(address, run);
    return run;
}

interface Monitor {
    readonly getChannel?: () => { getTarget(): string };
}

function overlap(one: SelectedPods, other: SelectedPods): boolean {
    return (
        one.provider === other.provider &&
        one.namespace === other.namespace &&
        (selects(one.selector, other.pods) || selects(other.selector, one.pods))
    );
}
