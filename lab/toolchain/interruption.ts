/** Kills the engine during a run, and ends the processes that it leaves behind. */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { CommandResult, RunningCommand } from "../cluster";
import { waitFor } from "../wait";

/**
 * When to kill a run: at its Nth change event (`Events.changeEvents`, 1 or more), or when a promise about the cluster
 * resolves. An uninterrupted run of the same program says how many change events there are: one when the operation on a
 * changed resource starts, and one when it ends. Operations overlap, so the Nth event may concern another resource in
 * another run, but the run has always made the same progress.
 */
export type KillPoint = number | (() => Promise<unknown>);

/**
 * The engine writes each event to its log immediately, unbuffered (pkg/backend/display/display.go, `startEventLogger`).
 */
export async function killAt(
    command: RunningCommand,
    at: KillPoint,
    changeEvents: () => number,
): Promise<{ killed: boolean; result: CommandResult }> {
    // The callback below sets it.
    let ended = false as boolean;
    const end = command.result.then(() => {
        ended = true;
    });
    const reached = typeof at === "number" ? waitForEvent(at, changeEvents, () => ended) : at();
    try {
        await Promise.race([reached, end]);
    } finally {
        // The promise may still be rejected, and nothing waits for it any more.
        reached.catch(() => undefined);
        command.kill("SIGKILL");
    }
    const result = await command.result;
    // A killed command has no exit status. Its result then has exit code 127.
    return { killed: result.exitCode === 127, result };
}

async function waitForEvent(count: number, changeEvents: () => number, ended: () => boolean): Promise<void> {
    while (!ended() && changeEvents() < count) {
        await delay(20);
    }
}

const variable = "PULUMI_RUN_ID";

/**
 * The processes of one run, identified by a variable in their environment: the engine starts each plugin in its own process
 * group, and a process whose parent was killed no longer names it. The real plugins and the language host check every five
 * minutes whether their engine still runs, and end otherwise (sdk/go/common/util/rpcutil/health.go). The lab's stand-ins
 * check every two seconds, and a program notices at its next call.
 */
export class RunProcesses {
    private readonly id = randomUUID();
    readonly environment = { [variable]: this.id };

    /** Kills the processes that still run, and waits until they have ended. */
    async end(): Promise<void> {
        for (const pid of this.alive()) {
            try {
                process.kill(pid, "SIGKILL");
            } catch {
                // The process has ended in the meantime.
            }
        }
        await waitFor("the processes of a killed run to end", 10, () => this.alive().join(" ") || undefined);
    }

    private alive(): number[] {
        return readdirSync("/proc")
            .filter((entry) => /^\d+$/.test(entry) && readEnvironment(entry).includes(`${variable}=${this.id}`))
            .map(Number);
    }
}

/** Empty if the process has ended. */
function readEnvironment(pid: string): string[] {
    try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    } catch {
        return [];
    }
}
