/** A duration in Go's format, for example "2160h" or "2160h0m0s" (time.ParseDuration). */

/** `undefined` if the value is not a duration; the API server rejects it. */
export function parseHours(duration: unknown): number | undefined {
    if (typeof duration !== "string" || !durationForm.test(duration)) {
        return undefined;
    }
    const seconds = [...duration.matchAll(durationPart)].map(
        ([, amount, unit]) => Number(amount) * unitSeconds[unit as keyof typeof unitSeconds],
    );
    return seconds.reduce((sum, part) => sum + part, 0) / 3600;
}

// Go accepts both micro signs, U+00B5 and U+03BC.
const unitSeconds = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, "\u00b5s": 1e-6, "\u03bcs": 1e-6, ns: 1e-9 };
const durationPart = /(\d+(?:\.\d*)?|\.\d+)(ms|us|\u00b5s|\u03bcs|ns|h|m|s)/g;
const durationForm = new RegExp(`^(${durationPart.source})+$`);
