/** Waiting for a condition, with a limit and an error that says what was last seen. */
import { setTimeout as delay } from "node:timers/promises";

/** A check returns undefined when the condition holds, else what it saw instead. */
export async function waitFor(
    what: string,
    limitSeconds: number,
    check: () => Promise<string | undefined> | string | undefined,
    intervalMilliseconds = 150,
): Promise<void> {
    const end = Date.now() + limitSeconds * 1000;
    for (;;) {
        const seen = await check();
        if (seen === undefined) {
            return;
        }
        if (Date.now() > end) {
            throw new Error(`${what}: not within ${limitSeconds} s; last seen: ${seen.trim() || "nothing"}`);
        }
        await delay(intervalMilliseconds);
    }
}

/** What an attempt failed with, or undefined if it succeeded: the form that a check has. */
export async function failureOf(attempt: Promise<unknown>): Promise<string | undefined> {
    try {
        await attempt;
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}
