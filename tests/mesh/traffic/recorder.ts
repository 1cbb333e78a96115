/** Counts what the clients see, for the next line of output. */
import type { Verdict } from "./classify";
import type { Counts, Failure, FriendlyTally, FriendlyWay, HostileKind, Line, Opening, Tally } from "./configuration";
import type { ServedCertificate } from "./configuration";
import { describeTarget, type Target } from "./targets";

const fewPerLine = 5;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class Recorder {
    private readonly hostile: Record<string, Record<string, Tally>> = {};
    private readonly reasons: Record<string, Record<string, number>> = {};
    private readonly friendly: Record<string, Writable<FriendlyTally>> = {};
    private openings: Opening[] = [];
    private failures: Failure[] = [];
    private certificate: ServedCertificate | undefined;

    /** Records an attempt; `verdict` is undefined without a connection. */
    hostileTry(kind: HostileKind, target: Target, verdict: Verdict | undefined, received: Buffer): void {
        const tally = ((this.hostile[kind] ??= {})[`${target.of}:${target.port}`] ??= {
            answered: 0,
            admitted: 0,
            refused: 0,
            silent: 0,
            unreachable: 0,
        });
        if (verdict === undefined) {
            tally.unreachable++;
            return;
        }
        const { outcome, reason } = verdict;
        tally[outcome]++;
        const reasons = (this.reasons[kind] ??= {});
        reasons[`${outcome}: ${reason}`] = (reasons[`${outcome}: ${reason}`] ?? 0) + 1;
        if ((outcome === "answered" || outcome === "admitted") && this.openings.length < fewPerLine) {
            const firstBytes = received.subarray(0, 300).toString("latin1");
            this.openings.push({ time: now(), kind, target: describeTarget(target), outcome, reason, firstBytes });
        }
    }

    friendlyCount(way: FriendlyWay, counter: keyof FriendlyTally): void {
        const none = { tries: 0, successes: 0, failures: 0, repeated: 0, connections: 0 };
        (this.friendly[way] ??= none)[counter]++;
    }

    friendlyFailure(way: FriendlyWay, reason: string): void {
        this.friendlyCount(way, "failures");
        if (this.failures.length < fewPerLine) {
            this.failures.push({ time: now(), way, reason });
        }
    }

    served(certificate: ServedCertificate): void {
        this.certificate = certificate;
    }

    /** Returns the next line. Each opening and failure is in one line only. */
    line(targets: readonly Target[]): Line {
        const counts: Counts = { hostile: this.hostile, reasons: this.reasons, friendly: this.friendly };
        const { openings, failures, certificate } = this;
        this.openings = [];
        this.failures = [];
        return { counts, targets: targets.map(describeTarget), certificate, openings, failures };
    }
}

function now(): string {
    return new Date().toISOString();
}
