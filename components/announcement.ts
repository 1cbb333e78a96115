/** Lines in a preview that say why a certificate is made anew, and which open connections a change ends. */
import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import type { ConnectionCut, ObjectInputs } from "./connectionCuts";

/**
 * Says in a preview that a resource is replaced although what it is made for exists already. The engine tells a program neither
 * what it is going to do nor what was; but in a preview a value that will be made anew is not known, while the other one is.
 */
export function announceRenewal(
    existing: pulumi.Output<unknown>,
    renewed: pulumi.Output<unknown>,
    line: string,
    resource: pulumi.Resource,
): void {
    if (!pulumi.runtime.isDryRun()) {
        return;
    }
    existing.apply(async () => {
        if (!(await isKnown(renewed))) {
            await pulumi.log.info(line, resource);
        }
    });
}

/** The same where an object of the cluster is made anew in a chain that exists, and clients notice. */
export function announceReplacement(
    chainExists: pulumi.Output<unknown>,
    replaced: pulumi.CustomResource,
    line: string,
): void {
    announceRenewal(chainExists, replaced.id, line, replaced);
}

/** Not in the public types, but how @pulumi/pulumi itself tells (sdk/nodejs/output.ts). */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
    return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}

/**
 * Options with which the preview of an update says at the component what becomes of open connections: the engine calls the hook
 * with the inputs before and after. An engine without hooks, or mocks, say nothing.
 */
export function announcingCuts(
    opts: pulumi.CustomResourceOptions,
    resourceName: string,
    cut: ConnectionCut,
): pulumi.CustomResourceOptions {
    if (!pulumi.runtime.isDryRun() || !hasHooks()) {
        return opts;
    }
    // The engine calls back later; in a plugin each component has an engine's connection of its own.
    const inThisContext = AsyncLocalStorage.snapshot();
    const announce = async ({ oldInputs, newInputs }: pulumi.ResourceHookArgs): Promise<void> => {
        const [before, after] = [await revealed(oldInputs), await revealed(newInputs)];
        const line = cut(before, after);
        if (line !== undefined) {
            await pulumi.log.info(`${resourceName}: ${line}`, opts.parent);
        }
    };
    const hook = new pulumi.ResourceHook(
        `${resourceName}-connection-cuts`,
        (args) => inThisContext(() => announce(args)),
        { onDryRun: true },
    );
    return { ...opts, hooks: { beforeUpdate: [hook] } };
}

/** Not in the public types: an engine that is too old fails a program that has hooks, and so do Pulumi's mocks. */
function hasHooks(): boolean {
    const { supportsResourceHooks } = (state as unknown as Store).getStore();
    const monitor = pulumi.runtime.getMonitor() as { readonly registerResourceHook?: unknown } | undefined;
    return supportsResourceHooks && monitor?.registerResourceHook !== undefined;
}

interface Store {
    getStore(): { readonly supportsResourceHooks: boolean };
}

/** With what is secret in it, for a comparison that shows nothing of it; what is unknown stays a mark of its own. */
function revealed(inputs: unknown): Promise<ObjectInputs> {
    return (pulumi.output(inputs) as unknown as { promise(withUnknowns: boolean): Promise<ObjectInputs> }).promise(
        true,
    );
}
