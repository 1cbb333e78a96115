/** One stack of a Pulumi project, worked with through the real command line, a new process for each command. */
import { mkdtempSync, readFileSync, rmSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster, CommandOptions, CommandResult } from "../cluster";
import { lastLines } from "../command";
import { Diagnostic, Step, readEvents } from "./events";
import { clusterToolchain } from "./index";

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
export interface StackResult extends CommandResult {
    readonly steps: readonly Step[];
    readonly diagnostics: readonly Diagnostic[];
}

/** The commands that run the engine. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

export interface ResourceState {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
    readonly outputs?: Readonly<Record<string, unknown>>;
}

interface Deployment {
    readonly resources?: readonly ResourceState[];
    readonly pending_operations?: readonly unknown[];
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

    /** Runs the engine, without questions and without the preview that `up` and others begin with. */
    async run(
        operation: Operation,
        args: readonly string[] = [],
        onLine?: (line: string) => void,
    ): Promise<StackResult> {
        const folder = mkdtempSync(join(tmpdir(), "pulumi-events-"));
        const log = join(folder, "events.json");
        const decided =
            operation === "preview" ? [] : ["--yes", "--skip-preview"].filter((flag) => !args.includes(flag));
        try {
            const result = await this.pulumi([operation, ...decided, "--event-log", log, ...args], {
                timeoutSeconds: this.options.timeoutSeconds ?? 900,
                ...(onLine === undefined ? {} : { onLine }),
            });
            return { ...result, ...readEvents(existsSync(log) ? readFileSync(log, "utf8") : "") };
        } finally {
            rmSync(folder, { recursive: true });
        }
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
    async pulumi(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
        const stack = args[0] === "stack" ? [] : ["--stack", this.options.stack];
        return this.cluster.run("pulumi", [...args, ...stack, "--non-interactive", "--color", "never"], {
            ...options,
            cwd: this.options.directory,
            env: { ...this.environment, ...options.env },
        });
    }

    private async must(args: readonly string[]): Promise<CommandResult> {
        const result = await this.pulumi(args);
        if (result.exitCode !== 0) {
            throw failure(args, result);
        }
        return result;
    }
}

function failure(args: readonly string[], result: CommandResult): Error {
    const said = lastLines(`${result.stdout}\n${result.stderr}`, 40);
    return new Error(`pulumi ${args.join(" ")} failed (${result.exitCode}):\n${said}`);
}
