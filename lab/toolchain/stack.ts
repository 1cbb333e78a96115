/** A stack of a Pulumi project. Each method runs the real command line in a new process. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster, CommandOptions, CommandResult, RunningCommand } from "../cluster";
import { lastLines } from "../command";
import { type Events, readEvents } from "./events";
import { clusterToolchain } from "./index";
import { killAt, type KillPoint, RunProcesses } from "./interruption";

export interface StackOptions {
    /** The folder of Pulumi.yaml. */
    readonly directory: string;
    readonly stack: string;
    /** Where the stack's state is kept, as PULUMI_BACKEND_URL. Default: the backend of the cluster's environment. */
    readonly backendUrl?: string;
    readonly passphrase?: string;
    /** Additional environment variables of the program. */
    readonly environment?: Readonly<Record<string, string>>;
    /** Time limit of a run of the engine. Default: 900, because `up` waits for workloads. */
    readonly timeoutSeconds?: number;
}

/** The result of a command that runs the engine, with what it did. */
export interface StackResult extends CommandResult, Events {}

/** A run during which the engine was killed, with what it did until then. */
export interface InterruptedRun extends StackResult {
    /** False if the run ended before it could be killed. */
    readonly killed: boolean;
    /** Kills the processes that the engine left behind, and waits until they have ended. */
    endChildren(): Promise<void>;
}

/** The commands that run the engine. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    /** Whether the program reads the resource and does not own it. */
    readonly external?: boolean;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

/** An operation that a killed run started and did not end. */
export interface PendingOperation {
    readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
    readonly resource: ResourceState;
}

interface Deployment {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly PendingOperation[];
}

/** Writes the Pulumi.yaml of a program in JavaScript that is in another folder. */
export function writeProject(directory: string, name: string, main: string): void {
    const project = { name, runtime: { name: "nodejs", options: { typescript: false } }, main };
    writeFileSync(join(directory, "Pulumi.yaml"), JSON.stringify(project));
}

export class PulumiStack {
    private constructor(
        private readonly cluster: Cluster,
        private readonly options: StackOptions,
        private readonly environment: Readonly<Record<string, string>>,
    ) {}

    /** Selects the stack, and creates it if it does not exist. */
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

    /** The stack with additional environment variables for its commands. */
    withEnvironment(further: Readonly<Record<string, string>>): PulumiStack {
        return new PulumiStack(this.cluster, this.options, { ...this.environment, ...further });
    }

    /** Runs the engine, without prompts and without the preview that precedes `up` and other operations. */
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
            return { ...result, ...readEvents(readLog(log)) };
        });
    }

    /**
     * Runs the engine as `run` does, and sends it SIGKILL at the given point. Its children keep running, as they do after a
     * `kill` of `pulumi` or when the machine runs out of memory, until they end by themselves or through `endChildren`.
     */
    async runAndKill(operation: Operation, at: KillPoint, args: readonly string[] = []): Promise<InterruptedRun> {
        return this.withEventLog(async (log) => {
            const processes = new RunProcesses();
            const command = this.start(engineArgs(operation, log, args), {
                timeoutSeconds: this.timeoutSeconds,
                env: processes.environment,
            });
            const { killed, result } = await killAt(command, at, () => readEvents(readLog(log)).changeEvents);
            return { ...result, ...readEvents(readLog(log)), killed, endChildren: () => processes.end() };
        });
    }

    /** Runs the engine as `run` does, and throws an error with its last lines if it fails. */
    async mustRun(
        operation: Operation,
        args: readonly string[] = [],
        onLine?: (line: string) => void,
    ): Promise<StackResult> {
        const result = await this.run(operation, args, onLine);
        if (result.exitCode !== 0) {
            throw createError([operation, ...args], result);
        }
        return result;
    }

    /** The stack's outputs in plaintext, including secrets. */
    async outputs(): Promise<Record<string, unknown>> {
        const { stdout } = await this.must(["stack", "output", "--show-secrets", "--json"]);
        return JSON.parse(stdout) as Record<string, unknown>;
    }

    /** The stack's state, in which secrets are encrypted. */
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

    /** Removes the lock that a killed run left. */
    async cancel(): Promise<void> {
        await this.must(["cancel", "--yes"]);
    }

    /** Removes the stack, which must be empty. */
    async remove(): Promise<void> {
        await this.must(["stack", "rm", "--yes", this.options.stack]);
    }

    /** Runs any `pulumi` command in the project, such as `config`. */
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

    /** Runs any `pulumi` command as `pulumi` does, and throws an error with its last lines if it fails. */
    async must(args: readonly string[]): Promise<CommandResult> {
        const result = await this.pulumi(args);
        if (result.exitCode !== 0) {
            throw createError(args, result);
        }
        return result;
    }
}

function engineArgs(operation: Operation, log: string, args: readonly string[]): string[] {
    const unattended =
        operation === "preview" ? [] : ["--yes", "--skip-preview"].filter((flag) => !args.includes(flag));
    return [operation, ...unattended, "--event-log", log, ...args];
}

function readLog(file: string): string {
    return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function createError(args: readonly string[], result: CommandResult): Error {
    const output = lastLines(`${result.stdout}\n${result.stderr}`, 40);
    return new Error(`pulumi ${args.join(" ")} failed (${result.exitCode}):\n${output}`);
}
