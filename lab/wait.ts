/** Waits for a condition, with a time limit and an error that says what was last seen. */
import { setTimeout as delay } from "node:timers/promises";

/**
 * `what` completes the sentence "waiting for ...". `check` returns undefined if the condition holds, else what it saw.
 */
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
            throw new Error(
                `timed out after ${limitSeconds} s waiting for ${what}; last seen: ${seen.trim() || "nothing"}`,
            );
        }
        await delay(intervalMilliseconds);
    }
}

/** The message that an attempt failed with, or undefined if it succeeded, as a check of `waitFor` returns it. */
export async function failureOf(attempt: Promise<unknown>): Promise<string | undefined> {
    try {
        await attempt;
        return undefined;
    } catch (error) {
        return (error as Error).message;
    }
}
