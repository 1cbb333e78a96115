/**
 * Decides what `pulumi` runs with: real plugins where they are installed or can be downloaded, the stand-ins where not.
 * LAB_PLUGINS=real or LAB_PLUGINS=standin decides it by hand.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { version as tlsVersion } from "@pulumi/tls/package.json";
import type { Cluster } from "../cluster";
import { runCommand } from "../command";

/** The environment that a `pulumi` command would have without the toolchain. */
export interface CommandEnvironment {
    readonly PATH: string;
    /** Pulumi's own default where it is missing. */
    readonly PULUMI_HOME?: string;
}

const languageHost = "pulumi-language-nodejs";
const plugins = [
    { name: "kubernetes", version: kubernetesVersion },
    { name: "tls", version: tlsVersion },
];

/** An attempt to download that failed is remembered for this long. */
const rememberedMilliseconds = 60 * 60 * 1000;

/** Without a network the engine gives up by itself within seconds. */
const downloadSeconds = 180;

/** What to add to the environment of a `pulumi` command. Tries to install the plugins where they are missing. */
export async function toolchainEnvironment(environment: CommandEnvironment): Promise<Record<string, string>> {
    const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
    const folders = join(home, "stand-ins");
    // A command within another one finds the stand-ins on its PATH: they are not what is looked for.
    const path = environment.PATH.split(delimiter)
        .filter((entry) => dirname(entry) !== folders)
        .join(delimiter);
    const standIns = await missingPlugins(path, home);
    // A folder for each choice: commands that run at the same time may have made another one.
    const folder = join(folders, standIns.map((name) => name.replace("pulumi-", "")).join("+"));
    linkStandIns(folder, standIns);
    // The package's own Node.js, where the machine's may be older.
    const modules = join(__dirname, "../../node_modules/.bin");
    return {
        PATH: [...(standIns.length > 0 ? [folder] : []), modules, path].join(delimiter),
        PULUMI_HOME: home,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The event log, from which a run's steps are read, is a flag only with this.
        PULUMI_DEBUG_COMMANDS: "true",
    };
}

/** The same for the commands of a cluster. */
export async function clusterToolchain(cluster: Cluster): Promise<Record<string, string>> {
    const variable = async (name: string): Promise<string> => (await cluster.run("printenv", [name])).stdout.trim();
    const home = await variable("PULUMI_HOME");
    return toolchainEnvironment({ PATH: await variable("PATH"), ...(home === "" ? {} : { PULUMI_HOME: home }) });
}

/** The executables for which a stand-in has to be on PATH. */
async function missingPlugins(path: string, home: string): Promise<string[]> {
    const resources = plugins.map(({ name }) => `pulumi-resource-${name}`);
    const choice = process.env["LAB_PLUGINS"];
    if (choice === "real") {
        return [];
    }
    if (choice === "standin") {
        return [languageHost, ...resources];
    }
    if (choice !== undefined && choice !== "") {
        throw new Error(`LAB_PLUGINS is ${JSON.stringify(choice)}; it can be real or standin, or left out`);
    }
    const onPath = resources.every((name) => find(name, path) !== undefined);
    return [
        ...(hasLanguageHost(path) ? [] : [languageHost]),
        ...(onPath || (await installed(path, home)) ? [] : resources),
    ];
}

/** The engine looks on PATH and beside itself. */
function hasLanguageHost(path: string): boolean {
    const pulumi = find("pulumi", path);
    return (
        find(languageHost, path) !== undefined ||
        (pulumi !== undefined && existsSync(join(dirname(realpathSync(pulumi)), languageHost)))
    );
}

function find(executable: string, path: string): string | undefined {
    return path
        .split(delimiter)
        .map((folder) => join(folder, executable))
        .find((file) => existsSync(file));
}

/** Whether both plugins are in Pulumi's home, after an attempt to get them there. */
async function installed(path: string, home: string): Promise<boolean> {
    mkdirSync(home, { recursive: true });
    const record = join(home, "plugins-not-available.json");
    const wanted = JSON.stringify(plugins);
    // In a folder of its own: the command reads the project or plugin that it is started in.
    const options = { cwd: home, env: { PATH: path, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" } };
    if (isRecent(record, wanted)) {
        return false;
    }
    const present = await runCommand("pulumi", ["plugin", "ls", "--json"], options);
    const known = (present.exitCode === 0 ? JSON.parse(present.stdout) : []) as { name: string; version?: string }[];
    for (const { name, version } of plugins) {
        if (known.some((plugin) => plugin.name === name && plugin.version === version)) {
            continue;
        }
        const result = await runCommand("pulumi", ["plugin", "install", "resource", name, version], {
            ...options,
            timeoutSeconds: downloadSeconds,
        });
        if (result.exitCode !== 0) {
            writeFileSync(record, JSON.stringify({ wanted, triedAt: Date.now() }));
            return false;
        }
    }
    return true;
}

function isRecent(record: string, wanted: string): boolean {
    if (!existsSync(record)) {
        return false;
    }
    const { wanted: then, triedAt } = JSON.parse(readFileSync(record, "utf8")) as { wanted: string; triedAt: number };
    return then === wanted && Date.now() - triedAt < rememberedMilliseconds;
}

/** A folder for PATH that holds just these: the engine takes what is on PATH before what is installed. */
function linkStandIns(folder: string, names: readonly string[]): void {
    mkdirSync(folder, { recursive: true });
    for (const name of names) {
        const target = join(__dirname, "bin", name);
        const link = join(folder, name);
        if (!existsSync(link) || realpathSync(link) !== realpathSync(target)) {
            rmSync(link, { force: true });
            symlinkSync(target, link);
        }
    }
}
