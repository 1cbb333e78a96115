/** The environment in which commands reach the lab. */
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { builtFolders } from "./build";
import { instancePaths } from "./paths";

export interface LabEnvironment extends Record<string, string> {
    readonly KUBECONFIG: string;
    readonly PATH: string;
    readonly PULUMI_HOME: string;
}

/**
 * The environment's own Pulumi settings win. The defaults keep state in the lab's folder, because it describes the lab.
 */
export function commandEnvironment(instance: string): LabEnvironment {
    const { kubeconfig, kubectlCache, pulumi } = instancePaths(instance);
    const state = join(pulumi, "state");
    mkdirSync(state, { recursive: true });
    const builds = builtFolders();
    const fromEnvironment = (name: string, fallback: string) => process.env[name] ?? fallback;
    return {
        KUBECONFIG: kubeconfig,
        KUBECACHEDIR: kubectlCache,
        PATH: [builds.mesh, builds.pulumi, fromEnvironment("PATH", "")].join(delimiter),
        PULUMI_BACKEND_URL: fromEnvironment("PULUMI_BACKEND_URL", `file://${state}`),
        PULUMI_CONFIG_PASSPHRASE: fromEnvironment("PULUMI_CONFIG_PASSPHRASE", "lab"),
        PULUMI_HOME: fromEnvironment("PULUMI_HOME", join(pulumi, "home")),
        PULUMI_SKIP_UPDATE_CHECK: fromEnvironment("PULUMI_SKIP_UPDATE_CHECK", "true"),
    };
}
