/** Starts the lab's parts inside its namespaces, sees which of them run, and shows why one does not. */
import { appendFileSync, existsSync, readFileSync, readlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { lastLines, mustRun } from "../command";
import { inside, instancePaths } from "../paths";
import { waitFor } from "../wait";
import { inAllNamespaces } from "./namespaces";

/** One program of the lab. */
export interface Part {
    readonly name: string;
    readonly program: string;
    readonly args: readonly string[];
}

export interface PartState {
    readonly running: boolean;
    /** As the lab numbers it in its namespaces. */
    readonly innerPid?: number;
}

export function partLog(instance: string, part: string): string {
    return join(instancePaths(instance).logs, `${part}.log`);
}

const ended = "[lab] ended with status";

/** The wrapper is the part's parent: it names the exit status in the log and takes the part's pid file away. */
const wrapper = `
pid_file=$1; shift
"$@" & part=$!
echo $part > "$pid_file"
wait $part; status=$?
rm -f "$pid_file"
echo "${ended} $status"
`;

export async function startPart(
    instance: string,
    init: number,
    part: Part,
    environment: Readonly<Record<string, string>>,
): Promise<void> {
    const log = `${inside.instance}/logs/${part.name}.log`;
    const pidFile = `${inside.instance}/pids/${part.name}`;
    const launcher = `log=$1; shift; setsid sh -c "$@" < /dev/null >> "$log" 2>&1 &`;
    const command = [part.program, ...part.args];
    appendFileSync(partLog(instance, part.name), `[lab] ${command.join(" ")}\n`);
    await mustRun(
        "nsenter",
        [...inAllNamespaces(init), "sh", "-c", launcher, "launch", log, wrapper, part.name, pidFile, ...command],
        { env: environment },
    );
    await waitFor(`${part.name} starts`, 10, () => {
        if (lastLogLines(instance, part.name, 1).startsWith(ended)) {
            throw deathOf(instance, part.name);
        }
        return partState(instance, init, part.name, part.program).running ? undefined : "no process";
    });
}

/** Finds the part's process by the pid that it has inside, through the lab's own /proc. */
export function partState(instance: string, init: number, name: string, program: string): PartState {
    try {
        const innerPid = Number(readFileSync(join(instancePaths(instance).pids, name), "utf8"));
        const executable = readlinkSync(`/proc/${init}/root/proc/${innerPid}/exe`);
        return basename(executable) === basename(program) ? { running: true, innerPid } : { running: false };
    } catch {
        return { running: false }; // no pid file, or no such process
    }
}

export function lastLogLines(instance: string, part: string, count = 12): string {
    const log = partLog(instance, part);
    return existsSync(log) ? lastLines(readFileSync(log, "utf8"), count) : "(no log)";
}

function deathOf(instance: string, name: string): Error {
    return new Error(`${name} has died. ${partLog(instance, name)} ends with:\n${lastLogLines(instance, name)}`);
}

/** The first of the parts that does not run, as an error with its last lines; undefined if all run. */
export function deathAmong(instance: string, init: number, parts: readonly Part[]): Error | undefined {
    const dead = parts.find(({ name, program }) => !partState(instance, init, name, program).running);
    return dead === undefined ? undefined : deathOf(instance, dead.name);
}
