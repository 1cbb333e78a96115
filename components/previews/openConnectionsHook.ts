/** Preview lines that say which open connections a change ends. */
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { resolveWithUnknowns, supportsResourceHooks } from "../validation/pulumiInternals";
import type { DescribeChange, ObjectInputs } from "./openConnections";

/**
 * Options with which the preview of an update describes, at the component, what happens to open connections: the engine calls the
 * hook with the inputs before and after. With an engine without hooks, and with Pulumi's mocks, the preview has no such line.
 */
export function announceOpenConnections(
    opts: pulumi.CustomResourceOptions,
    describeChange: DescribeChange,
): pulumi.CustomResourceOptions {
    if (!pulumi.runtime.isDryRun() || !supportsResourceHooks()) {
        return opts;
    }
    // The engine calls back later; in a plugin each component has a connection to the engine of its own.
    const inThisContext = AsyncLocalStorage.snapshot();
    const announce = async ({ name, oldInputs, newInputs }: pulumi.ResourceHookArgs): Promise<void> => {
        const line = describeChange(await reveal(oldInputs), await reveal(newInputs));
        if (line !== undefined) {
            await pulumi.log.info(`${name}: ${line}`, opts.parent);
        }
    };
    const hook = new pulumi.ResourceHook(
        // Hook names are unique in a program, resource names only with their type and parents. No state contains the name, because
        // previews write none.
        `open-connections-${randomUUID()}`,
        (args) => inThisContext(() => announce(args)),
        { onDryRun: true, ignoreErrors: true },
    );
    return { ...opts, hooks: { beforeUpdate: [hook] } };
}

/** The inputs with their secrets, for a comparison that shows none of them; unknown values stay Pulumi's `unknown`. */
async function reveal(inputs: unknown): Promise<ObjectInputs> {
    return (await resolveWithUnknowns(inputs)) ?? {};
}
