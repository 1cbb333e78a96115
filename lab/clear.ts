/** Removes a lab: its namespaces with their processes, mounts and network, then its cgroups and files. */
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { mustRun } from "./command";
import { removeCgroups } from "./node/cgroups";
import { findRunningRoots, killNamespaces } from "./node/namespaces";
import { instancePaths, instancesFolder } from "./paths";

/** Also works for a lab that was killed, was never complete, or does not exist. */
export async function clearInstance(name: string): Promise<void> {
    const roots = new Set([instancePaths(name).root, ...findRunningRoots(name)]);
    await killNamespaces(name);
    await removeCgroups(name);
    await mustRun("rm", ["--recursive", "--force", "--one-file-system", ...roots], { timeoutSeconds: 300 });
    if (existsSync(instancesFolder()) && readdirSync(instancesFolder()).length === 0) {
        rmdirSync(instancesFolder());
    }
}
