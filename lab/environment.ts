/** The environment in which commands reach the lab. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { builtFolders } from "./build";
import { instancePaths } from "./paths";

/** Pulumi's settings that live and die with the instance; those that the user has set are kept. */
function pulumiEnvironment(instance: string): Record<string, string> {
    const { pulumi } = instancePaths(instance);
    const state = join(pulumi, "state");
    mkdirSync(state, { recursive: true });
    const defaults = {
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "lab",
        PULUMI_HOME: join(pulumi, "home"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    return Object.fromEntries(Object.entries(defaults).filter(([name]) => process.env[name] === undefined));
}

export async function commandEnvironment(instance: string): Promise<Record<string, string>> {
    const { mesh, pulumi } = builtFolders();
    const path = [mesh, pulumi, process.env["PATH"] ?? ""].join(":");
    return { KUBECONFIG: instancePaths(instance).kubeconfig, ...pulumiEnvironment(instance), PATH: path };
}
