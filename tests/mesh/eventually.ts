/** Waits for a condition until a time limit. The error names the value that was seen last. */
import { setTimeout as delay } from "node:timers/promises";

/** Most of what is waited for is there soon: the first looks come fast, and those at what takes long cost little. */
const [shortestPause, longestPause] = [50, 500];

export async function eventually<T>(
    what: string,
    look: () => Promise<T>,
    isThere: (seen: T) => boolean,
    limitSeconds = 60,
): Promise<T> {
    const until = Date.now() + limitSeconds * 1000;
    for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
        const seen = await look();
        if (isThere(seen)) {
            return seen;
        }
        if (Date.now() > until) {
            throw new Error(`${what}: not within ${limitSeconds} s; last saw ${JSON.stringify(seen)}`);
        }
        await delay(pause);
    }
}
