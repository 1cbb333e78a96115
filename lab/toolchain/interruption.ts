/** Killing the engine in the middle of a run, and ending what it leaves behind. */
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { CommandResult, RunningCommand } from "../cluster";
import { waitFor } from "../wait";

/**
 * When a run is killed: at its Nth change event (`Events.changeEvents`, 1 or more), or when a promise about the cluster
 * comes true. The same run to its end, on another stack or another time, says how many change events there are: for each
 * changed resource one when its step begins and one when it has ended. Steps overlap, so that the Nth event is not always
 * of the same resource, but the run has always come as far.
 */
export type KillPoint = number | (() => Promise<unknown>);

/** The engine writes each event to its log at once, unbuffered (pkg/backend/display/display.go, `startEventLogger`). */
export async function killAt(
    command: RunningCommand,
    at: KillPoint,
    changeEvents: () => number,
): Promise<{ killed: boolean; result: CommandResult }> {
    let ended = false as boolean; // set by the callback below
    const end = command.result.then(() => {
        ended = true;
    });
    const reached = typeof at === "number" ? untilEvent(at, changeEvents, () => ended) : at();
    try {
        await Promise.race([reached, end]);
    } finally {
        // a promise that is not waited for any more may still fail
        reached.catch(() => undefined);
        command.kill("SIGKILL");
    }
    const result = await command.result;
    // A command that was ended by a signal has no exit code of its own.
    return { killed: result.exitCode === 127, result };
}

async function untilEvent(count: number, changeEvents: () => number, ended: () => boolean): Promise<void> {
    while (!ended() && changeEvents() < count) {
        await delay(20);
    }
}

const variable = "PULUMI_RUN_ID";

/**
 * The processes of one run, known by a variable in their environment: the engine puts each plugin into a process group of
 * its own, and a process whose parent was killed no longer says who that was. The real plugins and the language host look
 * for their engine every five minutes and end when it is gone (sdk/go/common/util/rpcutil/health.go), the lab's stand-ins
 * every two seconds, a program at its next call.
 */
export class RunProcesses {
    private readonly id = randomUUID();
    readonly environment = { [variable]: this.id };

    /** Ends those that still live, and waits until they are gone. */
    async end(): Promise<void> {
        for (const pid of this.alive()) {
            try {
                process.kill(pid, "SIGKILL");
            } catch {
                // it has just ended by itself
            }
        }
        await waitFor("end of what a killed run left", 10, () => this.alive().join(" ") || undefined);
    }

    private alive(): number[] {
        return readdirSync("/proc")
            .filter((entry) => /^\d+$/.test(entry) && environmentOf(entry).includes(`${variable}=${this.id}`))
            .map(Number);
    }
}

/** Empty for a process that has ended. */
function environmentOf(pid: string): string[] {
    try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    } catch {
        return [];
    }
}
