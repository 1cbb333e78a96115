/** Runs programs. A program and its children end at the time limit, or when this process ends. */
import { createInterface } from "node:readline";
import { execa } from "execa";
import type { CommandOptions, CommandResult, RunningCommand } from "./cluster";

const running = new Set<number>();

/** A negative ID denotes a process group. */
function endProcess(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(pid, signal);
    } catch {
        // The process has ended.
    }
}

function endGroup(pid: number, signal: NodeJS.Signals): void {
    endProcess(-pid, signal);
}

function endAll(): void {
    for (const pid of running) {
        endGroup(pid, "SIGTERM");
    }
}

function endAllAndExit(signal: NodeJS.Signals): void {
    endAll();
    process.exit(signal === "SIGINT" ? 130 : 143);
}

function watchOverGroup(pid: number): void {
    if (running.size === 0) {
        process.on("exit", endAll);
        process.on("SIGINT", endAllAndExit);
        process.on("SIGTERM", endAllAndExit);
    }
    running.add(pid);
}

function forgetGroup(pid: number): void {
    running.delete(pid);
    if (running.size === 0) {
        process.off("exit", endAll);
        process.off("SIGINT", endAllAndExit);
        process.off("SIGTERM", endAllAndExit);
    }
}

/** Starts a command in its own process group. */
export function startCommand(command: string, args: readonly string[], options: CommandOptions = {}): RunningCommand {
    const limitSeconds = options.timeoutSeconds ?? 120;
    const child = execa(command, args, {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
        ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
        reject: false,
        detached: true,
        stripFinalNewline: false,
        maxBuffer: 200_000_000,
    });
    const { pid } = child;
    // The timer below sets it.
    let timedOut = false as boolean;
    let force: NodeJS.Timeout | undefined;
    const limit = setTimeout(() => {
        timedOut = true;
        if (pid !== undefined) {
            endGroup(pid, "SIGTERM");
            force = setTimeout(() => {
                endGroup(pid, "SIGKILL");
            }, 5000);
        }
    }, limitSeconds * 1000);
    if (pid !== undefined) {
        watchOverGroup(pid);
    }
    if (options.onLine !== undefined) {
        createInterface({ input: child.stdout }).on("line", options.onLine);
        createInterface({ input: child.stderr }).on("line", options.onLine);
    }
    const finish = async (): Promise<CommandResult> => {
        const result = await child;
        clearTimeout(limit);
        clearTimeout(force);
        if (pid !== undefined) {
            forgetGroup(pid);
        }
        if (timedOut) {
            const note = `${command} was stopped after its time limit of ${limitSeconds} s\n`;
            return { exitCode: 124, stdout: result.stdout, stderr: result.stderr + note };
        }
        const failure = result.exitCode === undefined ? `${result.shortMessage ?? `${command} failed`}\n` : "";
        return { exitCode: result.exitCode ?? 127, stdout: result.stdout, stderr: result.stderr + failure };
    };
    return {
        pid,
        result: finish(),
        kill: (signal) => {
            if (pid !== undefined) {
                endProcess(pid, signal);
            }
        },
        killGroup: (signal) => {
            if (pid !== undefined) {
                endGroup(pid, signal);
            }
        },
    };
}

/** A failed command is a result, not an exception. A command that cannot be started has exit code 127. */
export function runCommand(
    command: string,
    args: readonly string[],
    options: CommandOptions = {},
): Promise<CommandResult> {
    return startCommand(command, args, options).result;
}

/** The last lines of a text, for error messages. */
export function lastLines(text: string, count: number): string {
    return text.trimEnd().split("\n").slice(-count).join("\n");
}

/** Runs a command that must succeed, and returns its standard output. */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const result = await runCommand(command, args, options);
    if (result.exitCode !== 0) {
        const output = lastLines(result.stderr.trim() === "" ? result.stdout : result.stderr, 15);
        throw new Error(`${[command, ...args].join(" ").slice(0, 200)} failed (${result.exitCode}):\n${output}`);
    }
    return result.stdout;
}
