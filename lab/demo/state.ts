/**
 * The demo's stack. On a lab its state is removed with the lab; on an existing cluster it is kept in the user's state folder.
 */
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { instancePaths } from "../paths";
import { PulumiStack } from "../toolchain/stack";
import type { Surroundings } from "./surroundings";

const directory = join(__dirname, "..", "..");

/**
 * Ignores the backend and passphrase of the user's environment, because the stack's settings file in the checkout belongs to
 * one passphrase. The folder's mode protects the demo's keys.
 */
export function openDemoStack({ cluster, lab, context }: Surroundings): Promise<PulumiStack> {
    const folder =
        context === undefined
            ? join(instancePaths(lab).pulumi, "state")
            : join(stateHome(), "istio-sidecar-tls", "demo", encodeURIComponent(context));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return PulumiStack.open(cluster, { directory, stack: "demo", backendUrl: `file://${folder}`, passphrase: "demo" });
}

/** XDG_STATE_HOME counts only if absolute (XDG Base Directory Specification). */
function stateHome(): string {
    const configured = process.env["XDG_STATE_HOME"];
    return configured?.startsWith("/") ? configured : join(homedir(), ".local", "state");
}
