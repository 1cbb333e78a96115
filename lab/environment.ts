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

/** Pulumi's settings live and die with the instance, as the cluster does that they describe, unless the user has others. */
export function commandEnvironment(instance: string): LabEnvironment {
    const { kubeconfig, kubectlCache, pulumi } = instancePaths(instance);
    const state = join(pulumi, "state");
    mkdirSync(state, { recursive: true });
    const builds = builtFolders();
    const own = (name: string, standard: string) => process.env[name] ?? standard;
    return {
        KUBECONFIG: kubeconfig,
        KUBECACHEDIR: kubectlCache,
        PATH: [builds.mesh, builds.pulumi, own("PATH", "")].join(delimiter),
        PULUMI_BACKEND_URL: own("PULUMI_BACKEND_URL", `file://${state}`),
        PULUMI_CONFIG_PASSPHRASE: own("PULUMI_CONFIG_PASSPHRASE", "lab"),
        PULUMI_HOME: own("PULUMI_HOME", join(pulumi, "home")),
        PULUMI_SKIP_UPDATE_CHECK: own("PULUMI_SKIP_UPDATE_CHECK", "true"),
    };
}
