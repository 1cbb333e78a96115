/**
 * The `helm` program, which does here what the Helm library does that is built into the real plugin. The library is of
 * version 3; the flags tell a program of version 4 to write and to wait as that does.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text as allOf } from "node:stream/consumers";
import { parse, parseAllDocuments } from "yaml";
import { type Properties, isObject, text } from "../../plugin/values";
import type { Connection } from "../kubeconfig";

/** What Helm keeps of a release. */
export interface Installed {
    /** As `helm get metadata` writes it: name, namespace, revision, status, chart, version, appVersion. */
    readonly metadata: Properties;
    readonly values: Properties;
    readonly objects: readonly Properties[];
}

/** Helm's refusal, in its own words. */
export class HelmError extends Error {}

export class Helm {
    constructor(
        private readonly connection: Connection,
        private readonly cancelled: AbortSignal,
    ) {}

    async chartVersion(chart: string): Promise<string> {
        const { version } = parse(await this.run(["show", "chart", chart])) as Properties;
        return text(version);
    }

    async install(release: Properties): Promise<void> {
        const { createNamespace, skipCrds } = release;
        const flags = [...(createNamespace ? ["--create-namespace"] : []), ...(skipCrds ? ["--skip-crds"] : [])];
        await this.write("install", release, flags);
    }

    async upgrade(release: Properties): Promise<void> {
        await this.write("upgrade", release, ["--history-max=0"]);
    }

    async uninstall(release: Properties): Promise<void> {
        await this.run(["uninstall", ...identity(release), ...waiting(release)]);
    }

    /** Undefined where there is no such release. */
    async get(release: Properties): Promise<Installed | undefined> {
        const get = (what: string, ...flags: string[]) => this.run(["get", what, ...identity(release), ...flags]);
        try {
            const [metadata, values, manifest] = await Promise.all([
                get("metadata", "--output=json"),
                get("values", "--output=json"),
                get("manifest"),
            ]);
            return {
                metadata: JSON.parse(metadata) as Properties,
                values: (JSON.parse(values) ?? {}) as Properties,
                objects: parseAllDocuments(manifest)
                    .map((document) => document.toJS() as Properties[string])
                    .filter(isObject),
            };
        } catch (error) {
            if (error instanceof HelmError && error.message.endsWith("release: not found")) {
                return undefined;
            }
            throw error;
        }
    }

    private async write(command: string, release: Properties, flags: readonly string[]): Promise<void> {
        const { atomic, chart, description, skipAwait, values = {}, waitForJobs } = release;
        const common = [
            "--server-side=false",
            "--values=-",
            ...(atomic ? ["--rollback-on-failure"] : []),
            ...(waitForJobs && !skipAwait ? ["--wait-for-jobs"] : []),
            ...(description ? [`--description=${text(description)}`] : []),
        ];
        const args = [command, ...identity(release), text(chart), ...common, ...waiting(release), ...flags];
        // through standard input, since they may be secret
        await this.run(args, JSON.stringify(values));
    }

    private async run(args: readonly string[], input = ""): Promise<string> {
        const kubeconfig = await unnamedFile(this.connection.kubeconfig);
        const child = spawn("helm", args, {
            env: { ...process.env, KUBECONFIG: "/dev/fd/3" },
            stdio: ["pipe", "pipe", "pipe", kubeconfig.fd],
        });
        // Asked to end so, it writes down that the release failed.
        const cancel = () => child.kill("SIGINT");
        this.cancelled.addEventListener("abort", cancel);
        try {
            const [stdin, stdout, stderr] = child.stdio as readonly unknown[] as [Writable, Readable, Readable];
            stdin.on("error", () => undefined).end(input);
            const ended = once(child, "close") as Promise<[number | null]>;
            const [[exitCode], printed, said] = await Promise.all([ended, allOf(stdout), allOf(stderr)]);
            if (exitCode !== 0) {
                throw helmError(said);
            }
            return printed;
        } catch (error) {
            throw (error as NodeJS.ErrnoException).code === "ENOENT"
                ? new Error("a Helm release needs the program helm: the lab has it; elsewhere, put it on PATH")
                : error;
        } finally {
            this.cancelled.removeEventListener("abort", cancel);
            await kubeconfig.close();
        }
    }
}

/** The engine may kill all of us at any time: credentials must not stay behind. */
async function unnamedFile(content: string): Promise<FileHandle> {
    const folder = await mkdtemp(join(tmpdir(), "helm-"));
    const file = await open(join(folder, "kubeconfig"), "wx+", 0o600);
    await rm(folder, { recursive: true });
    await file.writeFile(content);
    return file;
}

function identity({ name, namespace }: Properties): string[] {
    return [text(name), `--namespace=${text(namespace)}`];
}

/** Helm's own time limit is the plugin's too. */
function waiting({ atomic, skipAwait, timeout }: Properties): string[] {
    const limit = timeout ? [`--timeout=${text(timeout)}s`] : [];
    return skipAwait && !atomic ? limit : ["--wait=legacy", ...limit];
}

function helmError(said: string): HelmError {
    // Warnings stand before it, and which command failed is known.
    const message = /^Error: (?:[A-Z]+ FAILED: )?(.*)/ms.exec(said)?.[1] ?? said;
    return new HelmError(message.trim());
}
