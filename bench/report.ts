/** Medians with their ranges, and the ratios to the other ways. */
import Table from "cli-table3";

/** Seconds of each round, by what was timed and by the name of the way. */
export type Timings = ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;

export function median(values: readonly number[]): number {
    const sorted = values.toSorted((one, other) => one - other);
    const [lower = NaN] = sorted.slice(Math.ceil(sorted.length / 2) - 1);
    const [upper = NaN] = sorted.slice(Math.floor(sorted.length / 2));
    return (lower + upper) / 2;
}

/** One row for each thing that was timed; the last way is compared with the others. */
export function formatTimings(timings: Timings, ways: readonly string[]): string {
    const compared = ways.at(-1) ?? "";
    const others = ways.slice(0, -1);
    const table = new Table({
        head: ["seconds: median (range)", ...ways, ...others.map((other) => `${compared} / ${other}`)],
        style: { head: [], border: [] },
    });
    for (const [what, byWay] of timings) {
        const cell = (way: string) => {
            const values = byWay.get(way) ?? [];
            return values.length === 0
                ? ""
                : `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)}-${Math.max(...values).toFixed(1)})`;
        };
        const ratio = (other: string) => {
            const [own = [], its = []] = [byWay.get(compared), byWay.get(other)];
            return own.length === 0 || its.length === 0 ? "" : (median(own) / median(its)).toFixed(2);
        };
        table.push([what, ...ways.map(cell), ...others.map(ratio)]);
    }
    return table.toString();
}
