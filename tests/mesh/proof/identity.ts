/** What identifies the component to the engine, and to its guard: its name, its parent, its stack, its namespace. */
import type { SidecarTlsTerminationArgs } from "../../..";
import type { PulumiStack } from "../../../lab/toolchain/stack";
import type { Variant } from "./variants";

/** What the program of the proof reads from the environment. */
export interface Identity {
    /** Default: "httpbin". */
    readonly name?: string;
    /** Name of a component that is the parent. Default: the stack. */
    readonly parent?: string;
    readonly aliases?: readonly { readonly name?: string; readonly parent?: string }[];
}

/** The names of a component named httpbin, so that its objects stay when it gets another name. */
export const fixedNames: NonNullable<SidecarTlsTerminationArgs["objectNames"]> = {
    service: "httpbin",
    deployment: "httpbin",
    serviceAccount: "httpbin",
    guard: "httpbin-guard",
    secondGuard: "httpbin-second-guard",
    namespacePeerAuthentication: "httpbin-namespace",
    portPeerAuthentication: "httpbin-external-port",
    serverSecret: "httpbin-server-tls",
    caSecret: "httpbin-client-ca",
    sidecar: "httpbin-sidecar",
};

/** With other labels, the Deployment is replaced. */
export const otherLabels: Variant = { workload: { labels: { app: "renamed" } } };

const parentType = "tests:index:Parent";

/** The URN of a parent of the component, as an alias takes it. */
export function parentUrn(stack: string, parent: string): string {
    return `urn:pulumi:${stack}::chain::${parentType}::${parent}`;
}

export function stackUrn(stack: string): string {
    return `urn:pulumi:${stack}::chain::pulumi:pulumi:Stack::chain-${stack}`;
}

/** Renames a component and its resources in the state, whose names begin with its name. */
export async function renameInState(stack: PulumiStack, from: string, to: string): Promise<void> {
    const { resources = [] } = await stack.export();
    for (const { urn } of resources) {
        const name = urn.split("::").at(-1)!;
        if (name === from || name.startsWith(`${from}-`)) {
            await stack.must(["state", "rename", urn, `${to}${name.slice(from.length)}`, "--yes"]);
        }
    }
}
