/**
 * Runs the `helm` program, where the real plugin uses the Helm library. The library has version 3; the flags make a program
 * of version 4 write and wait as version 3 does.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { text as allOf } from "node:stream/consumers";
import { parse, parseAllDocuments } from "yaml";
import { isObject, type Properties, toText } from "../../plugin/values";
import type { Connection } from "../kubeconfig";

/** What Helm stores of a release. */
export interface Installed {
    /** The output of `helm get metadata`: name, namespace, revision, status, chart, version, appVersion. */
    readonly metadata: Properties;
    readonly values: Properties;
    readonly objects: readonly Properties[];
}

/** An error of Helm, with its message. */
export class HelmError extends Error {}

export class Helm {
    constructor(
        private readonly connection: Connection,
        private readonly canceled: AbortSignal,
    ) {}

    async chartVersion(chart: string): Promise<string> {
        const { version } = parse(await this.run(["show", "chart", chart])) as Properties;
        return toText(version);
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
        await this.run(["uninstall", ...identityArguments(release), ...waitArguments(release)]);
    }

    /** Undefined if the release does not exist. */
    async get(release: Properties): Promise<Installed | undefined> {
        const get = (what: string, ...flags: string[]) =>
            this.run(["get", what, ...identityArguments(release), ...flags]);
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
            ...(description ? [`--description=${toText(description)}`] : []),
        ];
        const args = [
            command,
            ...identityArguments(release),
            toText(chart),
            ...common,
            ...waitArguments(release),
            ...flags,
        ];
        // Values may be secret, so they are passed through standard input.
        await this.run(args, JSON.stringify(values));
    }

    private async run(args: readonly string[], input = ""): Promise<string> {
        const kubeconfig = await createUnnamedFile(this.connection.kubeconfig);
        const child = spawn("helm", args, {
            env: { ...process.env, KUBECONFIG: "/dev/fd/3" },
            stdio: ["pipe", "pipe", "pipe", kubeconfig.fd],
        });
        // With SIGINT, Helm records that the release failed before it ends.
        const cancel = () => child.kill("SIGINT");
        this.canceled.addEventListener("abort", cancel);
        try {
            const [stdin, stdout, stderr] = child.stdio as readonly unknown[] as [Writable, Readable, Readable];
            stdin.on("error", () => undefined).end(input);
            const ended = once(child, "close") as Promise<[number | null]>;
            const [[exitCode], printed, said] = await Promise.all([ended, allOf(stdout), allOf(stderr)]);
            if (exitCode !== 0) {
                throw parseHelmError(said);
            }
            return printed;
        } catch (error) {
            throw (error as NodeJS.ErrnoException).code === "ENOENT"
                ? new Error("Helm releases require the program helm on PATH; the lab provides it")
                : error;
        } finally {
            this.canceled.removeEventListener("abort", cancel);
            await kubeconfig.close();
        }
    }
}

/** The engine may kill this process at any time, and credentials must not stay on disk. */
async function createUnnamedFile(content: string): Promise<FileHandle> {
    const folder = await mkdtemp(join(tmpdir(), "helm-"));
    const file = await open(join(folder, "kubeconfig"), "wx+", 0o600);
    await rm(folder, { recursive: true });
    await file.writeFile(content);
    return file;
}

function identityArguments({ name, namespace }: Properties): string[] {
    return [toText(name), `--namespace=${toText(namespace)}`];
}

/** The plugin uses Helm's own timeout. */
function waitArguments({ atomic, skipAwait, timeout }: Properties): string[] {
    const limit = timeout ? [`--timeout=${toText(timeout)}s`] : [];
    return skipAwait && !atomic ? limit : ["--wait=legacy", ...limit];
}

function parseHelmError(said: string): HelmError {
    // Drops warnings before the error, and the name of the failed command.
    const message = /^Error: (?:[A-Z]+ FAILED: )?(.*)/ms.exec(said)?.[1] ?? said;
    return new HelmError(message.trim());
}
