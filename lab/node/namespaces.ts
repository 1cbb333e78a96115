/**
 * The namespaces of an instance, held open by their first process (init.sh). The process is found by a variable in its
 * environment, not by a file that could be stale: whatever was killed, what runs is found, and what is found is ours.
 */
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { buildsFolder, instancePaths } from "../paths";
import { addresses } from "../pins";
import { waitFor } from "../wait";

export const initScript = join(__dirname, "init.sh");

const marker = "ISTIO_SIDECAR_TLS_LAB";

interface MarkedProcess {
    readonly pid: number;
    readonly instance: string;
    /** The instance's folder: labs of the same name that use different cache folders are one lab to the machine. */
    readonly root: string;
    readonly isInit: boolean;
}

function readProcFile(pid: number, file: string): string {
    try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
        return ""; // the process ended meanwhile
    }
}

/** Whether a process is the first of a pid namespace of its own. */
function isFirst(ids: readonly number[]): boolean {
    return ids.length > 1 && ids.at(-1) === 1;
}

function markedProcesses(): MarkedProcess[] {
    return allPids().flatMap((pid) => {
        const variables = readProcFile(pid, "environ").split("\0");
        const value = variables.find((each) => each.startsWith(`${marker}=`))?.slice(marker.length + 1);
        const [instance = "", root = ""] = value?.split(":", 2) ?? [];
        return value === undefined ? [] : [{ pid, instance, root, isInit: isFirst(nestedIds(pid)) }];
    });
}

/** The process, as the machine numbers it, that holds the instance's namespaces; undefined if there is none. */
export function findInit(name: string): number | undefined {
    const { root } = instancePaths(name);
    return markedProcesses().find((each) => each.isInit && each.instance === name && each.root === root)?.pid;
}

/** Folders of running labs of this name, also of those that were started with another cache folder. */
export function runningRoots(name: string): string[] {
    return [...new Set(markedProcesses().flatMap(({ instance, root }) => (instance === name ? [root] : [])))];
}

/** The ids of a process in the nested pid namespaces that it is in, the machine's own first. */
function nestedIds(pid: number): number[] {
    const line = /^NSpid:\s+(.*)$/m.exec(readProcFile(pid, "status"))?.[1] ?? "";
    return line.split(/\s+/).map(Number);
}

function allPids(): number[] {
    return readdirSync("/proc")
        .filter((entry) => /^\d+$/.test(entry))
        .map(Number);
}

function namespaceOf(pid: number, kind: "pid" | "net"): string | undefined {
    try {
        return readlinkSync(`/proc/${pid}/ns/${kind}`);
    } catch {
        return undefined; // the process ended meanwhile
    }
}

/**
 * Pids, as the machine numbers them, of everything in the namespaces that the process holds. Containers have pid namespaces
 * below that one, but their ancestors are in it.
 */
export function processesIn(init: number): number[] {
    const own = namespaceOf(init, "pid");
    const pids = allPids();
    const parents = new Map(
        pids.map((pid) => [pid, Number(/^PPid:\s+(\d+)/m.exec(readProcFile(pid, "status"))?.[1] ?? 0)]),
    );
    const isInside = (pid: number): boolean => {
        const parent = parents.get(pid) ?? 0;
        return namespaceOf(pid, "pid") === own || (parent > 1 && isInside(parent));
    };
    return own === undefined ? [] : pids.filter(isInside);
}

/** The machine's numbers of the lab's processes, by the numbers that they have in the lab. */
export function outerPids(init: number): Map<number, number> {
    const depth = nestedIds(init).length - 1;
    return new Map(processesIn(init).map((pid) => [nestedIds(pid)[depth] ?? 0, pid]));
}

function isGone(pid: number): boolean {
    return !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readProcFile(pid, "status"));
}

/** Ends everything that runs in the namespaces of labs of this name. */
export async function endNamespaces(name: string): Promise<void> {
    const marked = markedProcesses().filter(({ instance }) => instance === name);
    const inits = marked.filter(({ isInit }) => isInit);
    const ending = new Set([...marked.map(({ pid }) => pid), ...inits.flatMap(({ pid }) => processesIn(pid))]);
    for (const { pid } of [...inits, ...marked]) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // it ended meanwhile, perhaps because its first process did
        }
    }
    await waitFor(`the processes of lab '${name}' end`, 30, () => {
        const left = [...ending].filter((pid) => !isGone(pid));
        return left.length === 0 ? undefined : left.map((pid) => `${pid} ${programName(pid)}`).join(", ");
    });
}

/** Makes new namespaces and returns the process that holds them. */
export async function makeNamespaces(name: string, environment: Record<string, string>): Promise<number> {
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
    await waitFor("namespaces of the lab", 20, () => {
        if (ended !== undefined) {
            throw new Error(`the lab's namespaces cannot be made (${ended}):\n${readFileSync(logFile, "utf8").trim()}`);
        }
        return existsSync(ready) ? undefined : readFileSync(logFile, "utf8");
    });
    const init = findInit(name);
    if (init === undefined) {
        throw new Error(`the lab's first process is gone; see ${logFile}`);
    }
    return init;
}

/** The command that runs another one with the lab's network, but the machine's files and processes. */
export function inNetwork(init: number): readonly string[] {
    return [`--net=/proc/${init}/ns/net`, "--"];
}

/** The same for a part of the lab: with its files and processes too. */
export function inAllNamespaces(init: number): readonly string[] {
    return ["--target", String(init), "--pid", "--mount", "--net", "--"];
}

/** Processes of the machine that are in the instance's network but not part of it: what `lab exec` runs. */
export function strangersIn(init: number): string[] {
    const own = new Set([...processesIn(init), ...markedProcesses().map(({ pid }) => pid)]);
    const network = namespaceOf(init, "net");
    return allPids()
        .filter((pid) => !own.has(pid) && network !== undefined && namespaceOf(pid, "net") === network)
        .map((pid) => `${pid} ${programName(pid)}`);
}

export function residentMiB(pid: number): number {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readProcFile(pid, "status"))?.[1] ?? 0) / 1024);
}

/** The first 15 characters of a process's program, which is all that the kernel keeps. */
export function programName(pid: number): string {
    return readProcFile(pid, "comm").trim();
}
