/** Opens clusters for the demo and the mesh tests: the lab's, or an existing one. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtFolders } from "./build";
import type { Cluster } from "./cluster";
import { runCommand, startCommand } from "./command";
import { down } from "./down";
import { commandEnvironment } from "./environment";
import { istioNamespace } from "./mesh/install";
import { findInit, inNetwork } from "./node/namespaces";
import { nodeParts } from "./node/parts";
import { findDeadPart } from "./node/process";
import { instancePaths } from "./paths";
import { up } from "./up";

export type { Cluster, CommandOptions, CommandResult } from "./cluster";
export { whyNoLab } from "./machine";

/** The process that holds the namespaces of a lab. Throws unless all parts of the lab run. */
export function mustBeUp(name: string): number {
    const command = `npm run lab -- up${name === "default" ? "" : ` --name ${name}`}`;
    const init = findInit(name);
    if (init === undefined) {
        throw new Error(`lab '${name}' is not running. Start it with: ${command}`);
    }
    const dead = findDeadPart(name, init, Object.values(nodeParts(builtFolders())));
    if (dead !== undefined) {
        throw new Error(`lab '${name}': ${dead.message}\nStart what is missing with: ${command}`);
    }
    return init;
}

/** Opens a lab that runs. */
export function openLab(name = "default"): Promise<Cluster> {
    return Promise.resolve(labCluster(name));
}

function labCluster(name: string): Cluster {
    const init = mustBeUp(name);
    const environment = commandEnvironment(name);
    // nsenter enters no PID namespace, so it becomes the command and keeps its process ID.
    const start: Cluster["start"] = (command, args, options = {}) =>
        startCommand("nsenter", [...inNetwork(init), command, ...args], {
            ...options,
            env: { ...environment, ...options.env },
        });
    return {
        description: `lab '${name}'`,
        lab: name,
        kubeconfig: instancePaths(name).kubeconfig,
        istioNamespace,
        start,
        run: (command, args, options) => start(command, args, options).result,
    };
}

/** Starts a lab, with progress on standard error, and opens it. */
export async function startLab(name = "default", options: { readonly istio?: boolean } = {}): Promise<Cluster> {
    await up(name, options);
    return openLab(name);
}

export async function stopLab(name = "default"): Promise<void> {
    await down(name);
}

/** Opens an existing cluster by its kubeconfig context; kubectl, istioctl and pulumi are those on PATH. */
export async function openContext(contextName: string, namespace = "istio-system"): Promise<Cluster> {
    const args = ["config", "view", "--raw", "--flatten", "--minify", `--context=${contextName}`];
    const view = await runCommand("kubectl", args);
    if (view.exitCode !== 0) {
        throw new Error(`kubectl cannot read context '${contextName}': ${view.stderr.trim()}`);
    }
    // The copy holds credentials, so it is removed when this process ends.
    const folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-"));
    process.once("exit", () => {
        rmSync(folder, { recursive: true, force: true });
    });
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(kubeconfig, view.stdout, { mode: 0o600 });
    const start: Cluster["start"] = (command, commandArgs, options = {}) =>
        startCommand(command, commandArgs, { ...options, env: { KUBECONFIG: kubeconfig, ...options.env } });
    return {
        description: `context '${contextName}'`,
        kubeconfig,
        istioNamespace: namespace,
        start,
        run: (command, commandArgs, options) => start(command, commandArgs, options).result,
    };
}
