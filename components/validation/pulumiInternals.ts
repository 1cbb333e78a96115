/**
 * Everything here relies on internals of @pulumi/pulumi (3.270.0) that its types do not declare.
 * tests/unit/validation/pulumiInternals.spec.ts fails by name when an upgrade changes them.
 */
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

interface OutputInternals {
    readonly isKnown?: Promise<boolean>;
    readonly promise?: (withUnknowns: boolean) => Promise<unknown>;
}

interface StateInternals {
    readonly getStore?: () => { readonly supportsResourceHooks?: boolean };
}

interface ResourceInternals {
    readonly __aliases?: readonly unknown[];
    readonly __parentResource?: ResourceInternals;
}

interface MonitorInternals {
    readonly registerResourceHook?: unknown;
    readonly getChannel?: () => { getTarget(): string };
}

/**
 * Whether an Output has a value in this run; in a preview it may have none (sdk/nodejs/output.ts, OutputImpl.isKnown).
 * Fallback: true, with which no replacement is announced.
 */
export async function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
    return (await (output as unknown as OutputInternals).isKnown) ?? true;
}

/**
 * The resolved value with secrets revealed and unknown values kept as Pulumi's `unknown` (sdk/nodejs/output.ts,
 * OutputImpl.promise(withUnknowns)). Fallback: undefined.
 */
export async function resolveWithUnknowns(value: unknown): Promise<unknown> {
    return await (pulumi.output(value) as unknown as OutputInternals).promise?.(true);
}

/**
 * Whether the engine calls resource hooks: registering one fails the program on an older engine (sdk/nodejs/runtime/resource.ts,
 * registerResourceHook) and with Pulumi's mocks, whose monitor has no such call (sdk/nodejs/runtime/callbacks.ts).
 * Fallback: false, with which no open connection is announced.
 */
export function supportsResourceHooks(): boolean {
    const store = (state as StateInternals).getStore?.();
    const monitor = pulumi.runtime.getMonitor() as MonitorInternals | undefined;
    return store?.supportsResourceHooks === true && monitor?.registerResourceHook !== undefined;
}

/**
 * Address of the engine's resource monitor (@grpc/grpc-js, Client.getChannel and Channel.getTarget). Fallback: undefined, with which
 * each connection to the monitor counts as a run of its own, and with Pulumi's mocks, whose monitor is no gRPC client.
 */
export function monitorAddress(): string | undefined {
    const monitor = pulumi.runtime.getMonitor() as MonitorInternals | undefined;
    return monitor?.getChannel?.().getTarget();
}

/**
 * Whether a component has aliases among its options, or a parent has, whose aliases the engine passes on (sdk/nodejs/resource.ts,
 * Resource.__aliases and Resource.__parentResource). In a plugin, the parent is a reference without aliases. Fallback: true, with
 * which a guard that selects other pods gets another name.
 */
export function hasAliases(component: pulumi.ComponentResource): boolean {
    const { __aliases, __parentResource } = component as unknown as ResourceInternals;
    return __aliases?.length !== 0 || parentHasAliases(__parentResource);
}

function parentHasAliases(parent: ResourceInternals | undefined): boolean {
    return parent !== undefined && ((parent.__aliases ?? []).length > 0 || parentHasAliases(parent.__parentResource));
}
