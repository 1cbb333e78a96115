/** The clients' counts at a point in time, and the difference between two of them. */
import type { Counts, Failure, FriendlyTally, Line, Opening, Tally } from "./configuration";

export interface Snapshot extends Counts {
    /** When the line arrived. */
    readonly at: number;
    readonly targets: Line["targets"];
    readonly certificate: Line["certificate"];
    /** The first few of each line, since the start. */
    readonly openings: readonly Opening[];
    readonly failures: readonly Failure[];
}

export interface HostileSum extends Tally {
    readonly tries: number;
    /** Attempts with a TCP connection: all except the unreachable ones. */
    readonly connected: number;
}

export interface Difference extends Omit<Snapshot, "at" | "hostile"> {
    readonly milliseconds: number;
    readonly hostile: HostileSum;
    readonly perKind: Readonly<Record<string, HostileSum>>;
    /** By target port such as `pod:9080`. */
    readonly perPort: Readonly<Record<string, HostileSum>>;
    /** All ways of the friendly client together. */
    readonly friendlySum: FriendlyTally;
}

/** The counts before the first attempt. */
export const nothing: Snapshot = {
    ...{ at: 0, hostile: {}, reasons: {}, friendly: {} },
    ...{ targets: [], certificate: undefined, openings: [], failures: [] },
};

/** Openings and failures are the new ones; targets and certificate are the current ones. */
export function difference(before: Snapshot, after: Snapshot): Difference {
    const hostile = subtract(after.hostile, before.hostile) as Counts["hostile"];
    const friendly = subtract(after.friendly, before.friendly) as Counts["friendly"];
    const tallies = Object.values(hostile).flatMap((ports) => Object.entries(ports));
    const ports = [...new Set(tallies.map(([port]) => port))];
    const ofPort = (port: string) => tallies.filter(([one]) => one === port).map(([, tally]) => tally);
    return {
        milliseconds: after.at - before.at,
        hostile: sumOf(tallies.map(([, tally]) => tally)),
        perKind: Object.fromEntries(
            Object.entries(hostile).map(([kind, byPort]) => [kind, sumOf(Object.values(byPort))]),
        ),
        perPort: Object.fromEntries(ports.map((port) => [port, sumOf(ofPort(port))])),
        reasons: subtract(after.reasons, before.reasons) as Counts["reasons"],
        friendly,
        friendlySum: add(Object.values(friendly), [
            ...(["tries", "successes", "failures", "repeated", "connections"] as const),
        ]),
        targets: after.targets,
        certificate: after.certificate,
        openings: after.openings.slice(before.openings.length),
        failures: after.failures.slice(before.failures.length),
    };
}

function sumOf(tallies: readonly Tally[]): HostileSum {
    const sum = add(tallies, ["answered", "admitted", "refused", "silent", "unreachable"]);
    const connected = sum.answered + sum.admitted + sum.refused + sum.silent;
    return { ...sum, connected, tries: connected + sum.unreachable };
}

function add<Key extends string>(
    tallies: readonly Readonly<Record<Key, number>>[],
    keys: readonly Key[],
): Record<Key, number> {
    const sums = keys.map((key) => [key, tallies.reduce((sum, tally) => sum + tally[key], 0)] as const);
    return Object.fromEntries(sums) as Record<Key, number>;
}

interface Numbers {
    readonly [key: string]: number | Numbers;
}

/** Subtracts nested numbers one by one. A number that is missing in `before` counts as zero. */
function subtract(after: object, before: object): object {
    const minuend = after as Numbers;
    const subtrahend = before as Partial<Numbers>;
    return Object.fromEntries(
        Object.entries(minuend).map(([key, value]) => {
            const less = subtrahend[key];
            return [
                key,
                typeof value === "number"
                    ? value - (typeof less === "number" ? less : 0)
                    : subtract(value, typeof less === "object" ? less : {}),
            ];
        }),
    );
}
