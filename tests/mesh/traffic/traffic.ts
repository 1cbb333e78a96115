/** Both clients as a test uses them: start, read any number of snapshots, stop. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster, CommandResult, RunningCommand } from "../../../lab/cluster";
import { waitFor } from "../../../lab/wait";
import type { Line, TrafficConfiguration } from "./configuration";
import { type Difference, difference, type Snapshot } from "./snapshot";

export type { TrafficConfiguration } from "./configuration";
export type { Difference, Snapshot } from "./snapshot";

const root = join(__dirname, "..", "..", "..");

/** The process prints four lines a second. Without a line for this time, the clients no longer run either. */
const staleMilliseconds = 5000;

/** The number of openings and failures that are kept: more do not help a test. */
const mostKept = 2000;

export class Traffic {
    private latest: Snapshot | undefined;
    private readonly openings: Snapshot["openings"][number][] = [];
    private readonly failures: Snapshot["failures"][number][] = [];
    private otherLines = "";
    private ended: CommandResult | undefined;
    private readonly command: RunningCommand;

    private constructor(cluster: Cluster, file: string, limitSeconds: number) {
        const program = join(__dirname, "main.ts");
        this.command = cluster.start(process.execPath, ["-r", "ts-node/register/transpile-only", program, file], {
            cwd: root,
            timeoutSeconds: limitSeconds + 60,
            onLine: (line) => {
                this.read(line);
            },
        });
        void this.command.result.then((result) => {
            this.ended = result;
        });
    }

    /** Returns when the clients run. There may be no targets yet. */
    static async start(cluster: Cluster, configuration: TrafficConfiguration): Promise<Traffic> {
        const folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-traffic-"));
        try {
            const file = join(folder, "configuration.json");
            writeFileSync(file, JSON.stringify(configuration), { mode: 0o600 });
            const traffic = new Traffic(cluster, file, configuration.limitSeconds ?? 3600);
            await waitFor("the clients' first line", 60, () => {
                traffic.mustRun();
                return traffic.latest === undefined ? traffic.otherLines || "no line" : undefined;
            });
            return traffic;
        } finally {
            rmSync(folder, { recursive: true });
        }
    }

    /** Returns the cumulative counts; throws if the process has ended or has stopped counting. */
    snapshot(): Snapshot {
        this.mustRun();
        const latest = this.latest!;
        const age = Date.now() - latest.at;
        if (age > staleMilliseconds) {
            throw new Error(`the clients have printed no counts for ${age} ms; other output: ${this.otherLines}`);
        }
        return latest;
    }

    /** Returns what has happened since a snapshot. */
    since(before: Snapshot): Difference {
        return difference(before, this.snapshot());
    }

    /** Ends the process, which still counts attempts in flight, and returns the last counts. */
    async stop(): Promise<Snapshot> {
        this.mustRun();
        this.command.kill("SIGTERM");
        const { exitCode, stderr } = await this.command.result;
        if (exitCode !== 0) {
            throw new Error(`the clients ended with exit code ${exitCode}: ${stderr}`);
        }
        return this.latest!;
    }

    private mustRun(): void {
        if (this.ended !== undefined) {
            const { exitCode, stderr } = this.ended;
            throw new Error(`the clients have ended, with exit code ${exitCode}: ${stderr}`);
        }
    }

    private read(line: string): void {
        if (!line.startsWith('{"counts":')) {
            this.otherLines += `${line}\n`;
            return;
        }
        const { counts, targets, certificate, openings, failures } = JSON.parse(line) as Line;
        this.openings.push(...openings.slice(0, mostKept - this.openings.length));
        this.failures.push(...failures.slice(0, mostKept - this.failures.length));
        this.latest = {
            at: Date.now(),
            ...counts,
            targets,
            certificate,
            openings: [...this.openings],
            failures: [...this.failures],
        };
    }
}
