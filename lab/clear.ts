/** Takes an instance away: processes, mounts and network with its namespaces, then control groups and files. */
import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { mustRun } from "./command";
import { removeCgroups } from "./node/cgroups";
import { endNamespaces, runningRoots } from "./node/namespaces";
import { instancePaths, instancesFolder } from "./paths";

/** Also right for an instance that was killed, was never complete, or is not there. */
export async function clearInstance(name: string): Promise<void> {
    const roots = new Set([instancePaths(name).root, ...runningRoots(name)]);
    await endNamespaces(name);
    await removeCgroups(name);
    await mustRun("rm", ["--recursive", "--force", "--one-file-system", ...roots], { timeoutSeconds: 300 });
    if (existsSync(instancesFolder()) && readdirSync(instancesFolder()).length === 0) {
        rmdirSync(instancesFolder());
    }
}
