/** Two chains on the same pods: Istio lets one Sidecar and one PeerAuthentication win, and says nothing. */
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "./arguments";

/** What a chain selects, and what its own pods carry. */
interface SelectedPods {
    readonly namespace: string;
    readonly selector: { readonly [label: string]: string };
    readonly pods: { readonly [label: string]: string };
}

interface Chain {
    readonly owner: string;
    readonly selected: SelectedPods;
    /** The provider of its cluster; none for the default one. Two providers of one cluster are taken for two clusters. */
    readonly provider: pulumi.ProviderResource | undefined;
}

/** The chains of one run of a program. Runs in the same process, such as tests and inline programs, each have their own monitor. */
const chains = new WeakMap<object, Chain[]>();

/** Fails if a chain of the same program selects the pods of this one, or the other way round. */
export function samePodsRefused(
    { owner, provider }: Pick<Chain, "owner" | "provider">,
    selected: { readonly [Property in keyof SelectedPods]: pulumi.Output<SelectedPods[Property]> },
    /** The argument that selects the pods. */
    propertyPath: string,
): pulumi.Output<unknown> {
    const run = pulumi.runtime.getMonitor();
    if (run === undefined) {
        return pulumi.output(undefined);
    }
    const others = chains.get(run) ?? [];
    chains.set(run, others);
    return pulumi.output(selected).apply((known) => {
        for (const other of others) {
            if (other.provider === provider && overlap(known, other.selected)) {
                const reason = `also select pods of ${other.owner}, and Istio would let one of the two win: give each its own`;
                refuse(owner, [{ propertyPath, reason }]);
            }
        }
        others.push({ owner, provider, selected: known });
    });
}

function overlap(one: SelectedPods, other: SelectedPods): boolean {
    const selects = (selector: SelectedPods["selector"], pods: SelectedPods["pods"]) =>
        Object.entries(selector).every(([label, value]) => pods[label] === value);
    return (
        one.namespace === other.namespace && (selects(one.selector, other.pods) || selects(other.selector, one.pods))
    );
}
