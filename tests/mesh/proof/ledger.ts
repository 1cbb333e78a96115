/** What the hostile and the friendly client saw in each transition: asserted immediately, and kept for the table. */
import { expect } from "chai";
import { eventually } from "../eventually";
import type { Difference, Snapshot, Traffic } from "../traffic/traffic";

export interface Row {
    readonly transition: string;
    readonly hostileTries: number;
    /** Responses from the application, and requests that Envoy admitted. */
    readonly answers: number;
    readonly friendlyTries: number;
    readonly friendlyFailures: number;
    /** Whether the friendly client must not lose a request. */
    readonly keepsService: boolean;
}

export interface Expected {
    /** Whether the friendly client must not lose a request. Default: false. */
    readonly keepsService?: boolean;
    /** Whether there are pods after the transition. Default: true. */
    readonly podsInTheEnd?: boolean;
    /** Whether the friendly client is served after the transition. Default: `podsInTheEnd`. */
    readonly servedInTheEnd?: boolean;
}

/** The minimum of attempts that established a connection: fewer prove nothing. */
const fewestTries = 500;

const mostSecondsPerTry = 0.5;

export class Ledger {
    constructor(
        private readonly traffic: () => Traffic,
        /** Where the rows are added. */
        readonly rows: Row[] = [],
    ) {}

    /** The positive control: where the port is open, the same clients report it. */
    async control(title: string, traffic: Traffic): Promise<void> {
        const before = traffic.snapshot();
        const { hostile, friendlySum } = await eventually(
            "the hostile client gets answers to every kind of attempt",
            () => Promise.resolve(traffic.since(before)),
            ({ hostile: { connected }, perKind }) =>
                connected >= fewestTries && Object.values(perKind).every(({ answered }) => answered > 0),
        );
        this.add(`control: ${title}`, hostile, friendlySum, false);
    }

    private add(
        transition: string,
        hostile: Difference["hostile"],
        friendly: Difference["friendlySum"],
        keepsService: boolean,
    ): void {
        this.rows.push({
            transition,
            hostileTries: hostile.connected,
            answers: hostile.answered + hostile.admitted,
            friendlyTries: friendly.tries,
            friendlyFailures: friendly.failures,
            keepsService,
        });
    }

    /** Runs the change while both clients run, and asserts what they saw from before it begins until after it ends. */
    async transition(title: string, expected: Expected, change: () => Promise<unknown>): Promise<void> {
        const { keepsService = false, podsInTheEnd = true, servedInTheEnd = podsInTheEnd } = expected;
        const before = this.traffic().snapshot();
        if (before.targets.length > 0) {
            await this.connectedTries(before, podsInTheEnd ? fewestTries / 2 : fewestTries);
        }
        const atBeginning = this.traffic().snapshot();
        await change();
        if (!podsInTheEnd) {
            const meanwhile = this.traffic().since(atBeginning).hostile.connected;
            expect(meanwhile, "connected attempts while the pods terminate").to.be.greaterThan(50);
        }
        if (podsInTheEnd) {
            await this.everyTargetReached();
            await this.connectedTries(before, fewestTries);
        }
        if (servedInTheEnd) {
            await this.friendlyIsServed();
        }
        const seen = this.traffic().since(before);
        this.add(title, seen.hostile, seen.friendlySum, keepsService);
        expect(summary(seen.openings), "answers from the application").to.deep.equal({});
        expect(seen.hostile).to.include({ answered: 0, admitted: 0 });
        expect(seen.hostile.connected, "connected attempts").to.be.at.least(fewestTries);
        for (const [kind, { connected }] of Object.entries(seen.perKind)) {
            expect(connected, `${kind}: connected attempts`).to.be.greaterThan(0);
        }
        if (keepsService) {
            expect(summary(seen.failures), "friendly requests that failed").to.deep.equal({});
            expect(seen.friendlySum.failures).to.equal(0);
            expect(seen.friendlySum.successes).to.be.greaterThan(20);
        }
    }

    /** Keeps a temporary state for as long as the hostile client needs to test it. */
    async hold(): Promise<void> {
        await this.connectedTries(this.traffic().snapshot(), fewestTries / 2);
    }

    /** Waits until an intervention is in effect: the friendly client, which was served before, fails. */
    async friendlyIsCutOff(): Promise<void> {
        await eventually(
            "the friendly client is cut off",
            () => this.stretch(30),
            ({ friendlySum }) => friendlySum.successes === 0,
            60,
        );
    }

    /** Keeps a state in which nothing listens yet, so that attempts do not establish a connection. */
    async holdUnreachable(): Promise<void> {
        const before = this.traffic().snapshot();
        await eventually(
            `the hostile client makes ${fewestTries / 2} attempts`,
            () => Promise.resolve(this.traffic().since(before).hostile),
            (hostile) => hostile.tries >= fewestTries / 2,
            120,
        );
    }

    /** Waits for a stretch of attempts that reach every target: pods that terminate are unreachable for a moment. */
    private everyTargetReached(): Promise<Difference> {
        return eventually(
            "every target is reached",
            () => this.stretch(100),
            ({ hostile }) => hostile.unreachable === 0 && hostile.silent === 0,
            120,
        );
    }

    private friendlyIsServed(): Promise<Difference> {
        return eventually(
            "the friendly client is served",
            () => this.stretch(100),
            ({ friendlySum }) => friendlySum.successes > 5 && friendlySum.failures === 0,
            120,
        );
    }

    private async stretch(tries: number): Promise<Difference> {
        const from = this.traffic().snapshot();
        await this.connectedTries(from, tries);
        return this.traffic().since(from);
    }

    private async connectedTries(since: Snapshot, tries: number): Promise<void> {
        await eventually(
            `the hostile client makes ${tries} connected attempts`,
            () => Promise.resolve(this.traffic().since(since).hostile),
            ({ connected }) => connected >= tries,
            30 + tries * mostSecondsPerTry,
        );
    }
}

/** The number of events for each reason and the time of the first one, short enough for an error. */
function summary(events: readonly { readonly reason: string; readonly time: string }[]): Record<string, string> {
    const reasons = [...new Set(events.map(({ reason }) => reason))];
    return Object.fromEntries(
        reasons.map((reason) => {
            const times = events.filter((event) => event.reason === reason).map(({ time }) => time);
            return [reason, `${times.length}, the first at ${times[0]}`];
        }),
    );
}

/** As Markdown, for docs/proof.md. */
export function markdownTable(rows: readonly Row[]): string {
    const header = ["transition", "attempts", "answers", "friendly requests", "failures"];
    const cells = rows.map((row) => [
        row.transition,
        String(row.hostileTries),
        String(row.answers),
        String(row.friendlyTries),
        row.keepsService ? String(row.friendlyFailures) : `(${row.friendlyFailures})`,
    ]);
    const line = (columns: readonly string[]) => `| ${columns.join(" | ")} |`;
    return [line(header), line(["---", "--:", "--:", "--:", "--:"]), ...cells.map(line)].join("\n");
}
