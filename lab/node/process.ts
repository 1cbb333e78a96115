/** Starts the lab's parts in its namespaces, and says which of them run and why one does not. */
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
    /** The process ID in the lab's PID namespace. */
    readonly innerPid?: number;
}

export function partLogPath(instance: string, part: string): string {
    return join(instancePaths(instance).logs, `${part}.log`);
}

const ended = "[lab] ended with status";

/** The part's parent. It writes the exit status to the log and removes the part's PID file. */
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
    appendFileSync(partLogPath(instance, part.name), `[lab] ${command.join(" ")}\n`);
    await mustRun(
        "nsenter",
        [...inAllNamespaces(init), "sh", "-c", launcher, "launch", log, wrapper, part.name, pidFile, ...command],
        { env: environment },
    );
    await waitFor(`${part.name} to start`, 10, () => {
        if (readLogEnd(instance, part.name, 1).startsWith(ended)) {
            throw deadPartError(instance, part.name);
        }
        return readPartState(instance, init, part.name, part.program).running ? undefined : "no process";
    });
}

/** Finds the part's process by its ID in the lab, through the lab's own /proc. */
export function readPartState(instance: string, init: number, name: string, program: string): PartState {
    try {
        const innerPid = Number(readFileSync(join(instancePaths(instance).pids, name), "utf8"));
        const executable = readlinkSync(`/proc/${init}/root/proc/${innerPid}/exe`);
        return basename(executable) === basename(program) ? { running: true, innerPid } : { running: false };
    } catch {
        // There is no PID file, or no such process.
        return { running: false };
    }
}

export function readLogEnd(instance: string, part: string, count = 12): string {
    const log = partLogPath(instance, part);
    return existsSync(log) ? lastLines(readFileSync(log, "utf8"), count) : "(no log)";
}

function deadPartError(instance: string, name: string): Error {
    return new Error(`${name} has exited. ${partLogPath(instance, name)} ends with:\n${readLogEnd(instance, name)}`);
}

/** An error with the last log lines of the first part that does not run; undefined if all run. */
export function findDeadPart(instance: string, init: number, parts: readonly Part[]): Error | undefined {
    const dead = parts.find(({ name, program }) => !readPartState(instance, init, name, program).running);
    return dead === undefined ? undefined : deadPartError(instance, dead.name);
}
