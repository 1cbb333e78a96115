/**
 * The namespaces of a lab. Their first process (init.sh) holds them open. It is found by a variable in its environment and
 * not by a file, which could be stale after a kill.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { buildsFolder, instancePaths } from "../paths";
import { addresses } from "../pins";
import { waitFor } from "../wait";

export const initScript = join(__dirname, "init.sh");

const marker = "ISTIO_SIDECAR_TLS_LAB";

interface MarkedProcess {
    readonly pid: number;
    readonly instance: string;
    /**
     * The lab's folder. Labs of the same name in different cache folders share cgroups, so only one of them can run.
     */
    readonly root: string;
    readonly isInit: boolean;
}

function readProcFile(pid: number, file: string): string {
    try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
        // The process has ended in the meantime.
        return "";
    }
}

/** Whether a process is the first one of a nested PID namespace. */
function isFirstOfNamespace(ids: readonly number[]): boolean {
    return ids.length > 1 && ids.at(-1) === 1;
}

function listMarkedProcesses(): MarkedProcess[] {
    return listPids().flatMap((pid) => {
        const variables = readProcFile(pid, "environ").split("\0");
        const value = variables.find((each) => each.startsWith(`${marker}=`))?.slice(marker.length + 1);
        const [instance = "", root = ""] = value?.split(":", 2) ?? [];
        return value === undefined ? [] : [{ pid, instance, root, isInit: isFirstOfNamespace(readNestedPids(pid)) }];
    });
}

/** The process ID, on the machine, of the process that holds the lab's namespaces; undefined if there is none. */
export function findInit(name: string): number | undefined {
    const { root } = instancePaths(name);
    return listMarkedProcesses().find((each) => each.isInit && each.instance === name && each.root === root)?.pid;
}

/** Folders of running labs of this name, including those that were started with another cache folder. */
export function findRunningRoots(name: string): string[] {
    return [...new Set(listMarkedProcesses().flatMap(({ instance, root }) => (instance === name ? [root] : [])))];
}

/** The IDs of a process in each of its nested PID namespaces, starting with the machine's. */
function readNestedPids(pid: number): number[] {
    const line = /^NSpid:\s+(.*)$/m.exec(readProcFile(pid, "status"))?.[1] ?? "";
    return line.split(/\s+/).map(Number);
}

function listPids(): number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number);
}

function readNamespace(pid: number, kind: "pid" | "net"): string | undefined {
    try {
        return readlinkSync(`/proc/${pid}/ns/${kind}`);
    } catch {
        // The process has ended in the meantime.
        return undefined;
    }
}

/**
 * Process IDs, on the machine, of all processes in the namespaces that `init` holds. Containers have nested PID namespaces,
 * but their ancestors are in the lab's.
 */
export function listProcesses(init: number): number[] {
    const own = readNamespace(init, "pid");
    const pids = listPids();
    const parents = new Map(
        pids.map((pid) => [pid, Number(/^PPid:\s+(\d+)/m.exec(readProcFile(pid, "status"))?.[1] ?? 0)]),
    );
    const isInside = (pid: number): boolean => {
        const parent = parents.get(pid) ?? 0;
        return readNamespace(pid, "pid") === own || (parent > 1 && isInside(parent));
    };
    return own === undefined ? [] : pids.filter(isInside);
}

/** Process IDs on the machine, by process IDs in the lab. */
export function mapPids(init: number): Map<number, number> {
    const depth = readNestedPids(init).length - 1;
    return new Map(listProcesses(init).map((pid) => [readNestedPids(pid)[depth] ?? 0, pid]));
}

function isGone(pid: number): boolean {
    return !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readProcFile(pid, "status"));
}

/** Kills all processes in the namespaces of labs of this name. */
export async function killNamespaces(name: string): Promise<void> {
    const marked = listMarkedProcesses().filter(({ instance }) => instance === name);
    const inits = marked.filter(({ isInit }) => isInit);
    const ending = new Set([...marked.map(({ pid }) => pid), ...inits.flatMap(({ pid }) => listProcesses(pid))]);
    for (const { pid } of [...inits, ...marked]) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // The process has ended in the meantime, perhaps because the first process of its namespace did.
        }
    }
    await waitFor(`the processes of lab '${name}' to end`, 30, () => {
        const left = [...ending].filter((pid) => !isGone(pid));
        return left.length === 0 ? undefined : left.map((pid) => `${pid} ${readProgramName(pid)}`).join(", ");
    });
}

/** Creates namespaces and returns the process that holds them. */
export async function createNamespaces(name: string, environment: Record<string, string>): Promise<number> {
    const paths = instancePaths(name);
    const logFile = join(paths.logs, "namespaces.log");
    const log = openSync(logFile, "a");
    const flags = ["--fork", "--kill-child", "--pid", "--mount", "--mount-proc", "--net", "--propagation", "private"];
    const address = `${addresses.node}/${addresses.nodePrefixLength}`;
    const script = [initScript, paths.root, buildsFolder(), address];
    const child = spawn("unshare", [...flags, "/bin/sh", ...script], {
        detached: true,
        stdio: ["ignore", log, log],
        env: { ...environment, [marker]: `${name}:${paths.root}` },
    });
    closeSync(log);
    let ended: string | undefined;
    child.once("error", (error) => (ended = error.message));
    child.once("exit", (code, signal) => (ended = `ended with ${code ?? signal}`));
    child.unref();
    const ready = join(paths.root, "namespaces-ready");
    await waitFor("the lab's namespaces", 20, () => {
        if (ended !== undefined) {
            throw new Error(`cannot create the lab's namespaces (${ended}):\n${readFileSync(logFile, "utf8").trim()}`);
        }
        return existsSync(ready) ? undefined : readFileSync(logFile, "utf8");
    });
    const init = findInit(name);
    if (init === undefined) {
        throw new Error(`the lab's first process has ended; see ${logFile}`);
    }
    return init;
}

/** Arguments of nsenter for a command in the lab's network, with the machine's files and processes. */
export function inNetwork(init: number): readonly string[] {
    return [`--net=/proc/${init}/ns/net`, "--"];
}

/** Arguments of nsenter for a command in the lab's network, files and processes. */
export function inAllNamespaces(init: number): readonly string[] {
    return ["--target", String(init), "--pid", "--mount", "--net", "--"];
}

/** Processes of the machine in the lab's network that are not part of the lab, such as those of `lab exec`. */
export function listVisitors(init: number): string[] {
    const own = new Set([...listProcesses(init), ...listMarkedProcesses().map(({ pid }) => pid)]);
    const network = readNamespace(init, "net");
    return listPids()
        .filter((pid) => !own.has(pid) && network !== undefined && readNamespace(pid, "net") === network)
        .map((pid) => `${pid} ${readProgramName(pid)}`);
}

export function readResidentMiB(pid: number): number {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readProcFile(pid, "status"))?.[1] ?? 0) / 1024);
}

/** The first 15 characters of the name of a process's program. The kernel keeps no more. */
export function readProgramName(pid: number): string {
    return readProcFile(pid, "comm").trim();
}
