/** Lines in a preview that say which open connections a change ends. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import type { ConnectionCut, ObjectInputs } from "./openConnections";

/**
 * Options with which the preview of an update says at the component what becomes of open connections: the engine calls the hook
 * with the inputs before and after. An engine without hooks, and mocks, say nothing.
 */
export function announcingCuts(
    opts: pulumi.CustomResourceOptions,
    resourceName: string,
    cut: ConnectionCut,
): pulumi.CustomResourceOptions {
    if (!pulumi.runtime.isDryRun() || !hasHooks()) {
        return opts;
    }
    // The engine calls back later; in a plugin each component has a connection to the engine of its own.
    const inThisContext = AsyncLocalStorage.snapshot();
    const announce = async ({ oldInputs, newInputs }: pulumi.ResourceHookArgs): Promise<void> => {
        const [before, after] = [await revealed(oldInputs), await revealed(newInputs)];
        const line = cut(before, after);
        if (line !== undefined) {
            await pulumi.log.info(`${resourceName}: ${line}`, opts.parent);
        }
    };
    const hook = new pulumi.ResourceHook(
        // Of one name there may be two chains, below components of different types; the name is in no state, as previews write none.
        `${resourceName}-connection-cuts-${randomUUID()}`,
        (args) => inThisContext(() => announce(args)),
        { onDryRun: true, ignoreErrors: true },
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
