/** One stack of a Pulumi project, worked with through the real command line, a new process for each command. */
import { mkdtempSync, readFileSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster, CommandOptions, CommandResult, RunningCommand } from "../cluster";
import { lastLines } from "../command";
import { type Events, readEvents } from "./events";
import { clusterToolchain } from "./index";
import { type KillPoint, RunProcesses, killAt } from "./interruption";

export interface StackOptions {
    /** The folder of Pulumi.yaml. */
    readonly directory: string;
    readonly stack: string;
    /** Where the stack's state is kept, as PULUMI_BACKEND_URL; what the cluster's environment says by default. */
    readonly backendUrl?: string;
    readonly passphrase?: string;
    /** Further variables for the program. */
    readonly environment?: Readonly<Record<string, string>>;
    /** For a command; `up` waits for workloads. */
    readonly timeoutSeconds?: number;
}

/** What a command that changes or previews the stack did. */
export interface StackResult extends CommandResult, Events {}

/** A run in whose middle the engine was killed, with what it did until then. */
export interface InterruptedRun extends StackResult {
    /** False if the run had ended before. */
    readonly killed: boolean;
    /** Ends what the engine left behind, and waits until it is gone. */
    endChildren(): Promise<void>;
}

/** The commands that run the engine. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    /** The program reads it and does not own it. */
    readonly external?: boolean;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What a killed run had begun and not ended. */
export interface PendingOperation {
    readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
    readonly resource: ResourceState;
}

interface Deployment {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
}

export class PulumiStack {
    private constructor(
        private readonly cluster: Cluster,
        private readonly options: StackOptions,
        private readonly environment: Readonly<Record<string, string>>,
    ) {}

    /** Selects the stack, or creates it. */
    static async open(cluster: Cluster, options: StackOptions): Promise<PulumiStack> {
        const { backendUrl, passphrase } = options;
        const stack = new PulumiStack(cluster, options, {
            ...(await clusterToolchain(cluster)),
            ...(backendUrl === undefined ? {} : { PULUMI_BACKEND_URL: backendUrl }),
            ...(passphrase === undefined ? {} : { PULUMI_CONFIG_PASSPHRASE: passphrase }),
            ...options.environment,
        });
        await stack.must(["stack", "select", "--create", options.stack]);
        return stack;
    }

    /** The same stack, with further variables in the environment of its commands. */
    withEnvironment(further: Readonly<Record<string, string>>): PulumiStack {
        return new PulumiStack(this.cluster, this.options, { ...this.environment, ...further });
    }

    /** Runs the engine, without questions and without the preview that `up` and others begin with. */
    async run(
        operation: Operation,
        args: readonly string[] = [],
        onLine?: (line: string) => void,
    ): Promise<StackResult> {
        return this.withEventLog(async (log) => {
            const result = await this.pulumi(engineArgs(operation, log, args), {
                timeoutSeconds: this.timeoutSeconds,
                ...(onLine === undefined ? {} : { onLine }),
            });
            return { ...result, ...readEvents(textOf(log)) };
        });
    }

    /**
     * The same, but the engine is sent SIGKILL at the given point. It is killed alone: what it has started lives on, as it
     * does when somebody kills `pulumi` or its machine's memory runs out, until it ends by itself or by `endChildren`.
     */
    async runAndKill(operation: Operation, at: KillPoint, args: readonly string[] = []): Promise<InterruptedRun> {
        return this.withEventLog(async (log) => {
            const processes = new RunProcesses();
            const command = this.start(engineArgs(operation, log, args), {
                timeoutSeconds: this.timeoutSeconds,
                env: processes.environment,
            });
            const { killed, result } = await killAt(command, at, () => readEvents(textOf(log)).changeEvents);
            return { ...result, ...readEvents(textOf(log)), killed, endChildren: () => processes.end() };
        });
    }

    /** The same for a command that has to succeed: otherwise an error with its last lines. */
    async mustRun(
        operation: Operation,
        args: readonly string[] = [],
        onLine?: (line: string) => void,
    ): Promise<StackResult> {
        const result = await this.run(operation, args, onLine);
        if (result.exitCode !== 0) {
            throw failure([operation, ...args], result);
        }
        return result;
    }

    /** The stack's outputs in plain text, secrets too. */
    async outputs(): Promise<Record<string, unknown>> {
        const { stdout } = await this.must(["stack", "output", "--show-secrets", "--json"]);
        return JSON.parse(stdout) as Record<string, unknown>;
    }

    /** The state as it is kept: what is secret is encrypted in it. */
    async export(): Promise<Deployment> {
        const { stdout } = await this.must(["stack", "export"]);
        return (JSON.parse(stdout) as { deployment: Deployment | null }).deployment ?? {};
    }

    async hasResources(): Promise<boolean> {
        return ((await this.export()).resources ?? []).length > 0;
    }

    async setConfig(key: string, value: string): Promise<void> {
        await this.must(["config", "set", key, value]);
    }

    /** Takes away the lock that a killed run left. */
    async cancel(): Promise<void> {
        await this.must(["cancel", "--yes"]);
    }

    /** Forgets the stack, which has to be empty. */
    async remove(): Promise<void> {
        await this.must(["stack", "rm", "--yes", this.options.stack]);
    }

    /** Any command of `pulumi` in the project, such as `config`. */
    pulumi(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
        return this.start(args, options).result;
    }

    private start(args: readonly string[], options: CommandOptions): RunningCommand {
        const stack = args[0] === "stack" ? [] : ["--stack", this.options.stack];
        return this.cluster.start("pulumi", [...args, ...stack, "--non-interactive", "--color", "never"], {
            ...options,
            cwd: this.options.directory,
            env: { ...this.environment, ...options.env },
        });
    }

    private get timeoutSeconds(): number {
        return this.options.timeoutSeconds ?? 900;
    }

    private async withEventLog<T>(work: (log: string) => Promise<T>): Promise<T> {
        const folder = mkdtempSync(join(tmpdir(), "pulumi-events-"));
        try {
            return await work(join(folder, "events.json"));
        } finally {
            rmSync(folder, { recursive: true });
        }
    }

    private async must(args: readonly string[]): Promise<CommandResult> {
        const result = await this.pulumi(args);
        if (result.exitCode !== 0) {
            throw failure(args, result);
        }
        return result;
    }
}

function engineArgs(operation: Operation, log: string, args: readonly string[]): string[] {
    const decided = operation === "preview" ? [] : ["--yes", "--skip-preview"].filter((flag) => !args.includes(flag));
    return [operation, ...decided, "--event-log", log, ...args];
}

function textOf(file: string): string {
    return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function failure(args: readonly string[], result: CommandResult): Error {
    const said = lastLines(`${result.stdout}\n${result.stderr}`, 40);
    return new Error(`pulumi ${args.join(" ")} failed (${result.exitCode}):\n${said}`);
}
