/**
 * Chooses the plugins that `pulumi` runs with: the real ones if they are installed or can be downloaded, and the stand-ins
 * otherwise. LAB_PLUGINS=real or LAB_PLUGINS=standin overrides the choice.
 */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { version as kubernetesVersion } from "@pulumi/kubernetes/package.json";
import { version as tlsVersion } from "@pulumi/tls/package.json";
import type { Cluster } from "../cluster";
import { runCommand } from "../command";

/** The environment that a `pulumi` command has without the toolchain. */
export interface CommandEnvironment {
    readonly PATH: string;
    /** Default: Pulumi's own, ~/.pulumi. */
    readonly PULUMI_HOME?: string;
}

const languageHost = "pulumi-language-nodejs";
const plugins = [
    { name: "kubernetes", version: kubernetesVersion },
    { name: "tls", version: tlsVersion },
];

/** After a failed download, there is no other attempt for this long. */
const rememberedMilliseconds = 60 * 60 * 1000;

/** Without a network, the engine gives up within seconds. */
const downloadSeconds = 180;

/** The variables to add to the environment of a `pulumi` command. Tries to install missing plugins. */
export async function toolchainEnvironment(environment: CommandEnvironment): Promise<Record<string, string>> {
    const home = environment.PULUMI_HOME ?? join(homedir(), ".pulumi");
    const folders = join(home, "stand-ins");
    // A command that another one runs has the stand-ins on its PATH already. They do not count as installed.
    const path = environment.PATH.split(delimiter)
        .filter((entry) => dirname(entry) !== folders)
        .join(delimiter);
    const standIns = await chooseStandIns(path, home);
    // A folder for each choice, because commands that run at the same time may choose differently.
    const folder = join(folders, standIns.map((name) => name.replace("pulumi-", "")).join("+"));
    linkStandIns(folder, standIns);
    // The package's own Node.js, because the machine's may be older.
    const modules = join(__dirname, "../../node_modules/.bin");
    return {
        PATH: [...(standIns.length > 0 ? [folder] : []), modules, path].join(delimiter),
        PULUMI_HOME: home,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Enables the flag --event-log, which writes the steps of a run.
        PULUMI_DEBUG_COMMANDS: "true",
    };
}

/** The variables to add to the environment of a `pulumi` command that runs through a cluster. */
export async function clusterToolchain(cluster: Cluster): Promise<Record<string, string>> {
    const variable = async (name: string): Promise<string> => (await cluster.run("printenv", [name])).stdout.trim();
    const home = await variable("PULUMI_HOME");
    return toolchainEnvironment({ PATH: await variable("PATH"), ...(home === "" ? {} : { PULUMI_HOME: home }) });
}

/** The executables that need a stand-in on PATH. */
async function chooseStandIns(path: string, home: string): Promise<string[]> {
    const resources = plugins.map(({ name }) => `pulumi-resource-${name}`);
    const choice = process.env["LAB_PLUGINS"];
    if (choice === "real") {
        return [];
    }
    if (choice === "standin") {
        return [languageHost, ...resources];
    }
    if (choice !== undefined && choice !== "") {
        throw new Error(`LAB_PLUGINS must be "real" or "standin", or unset; it is ${JSON.stringify(choice)}`);
    }
    const onPath = resources.every((name) => findOnPath(name, path) !== undefined);
    return [
        ...(hasLanguageHost(path) ? [] : [languageHost]),
        ...(onPath || (await tryInstall(path, home)) ? [] : resources),
    ];
}

/** The engine looks for the language host on PATH and in its own folder. */
function hasLanguageHost(path: string): boolean {
    const pulumi = findOnPath("pulumi", path);
    return (
        findOnPath(languageHost, path) !== undefined ||
        (pulumi !== undefined && existsSync(join(dirname(realpathSync(pulumi)), languageHost)))
    );
}

function findOnPath(executable: string, path: string): string | undefined {
    return path
        .split(delimiter)
        .map((folder) => join(folder, executable))
        .find((file) => existsSync(file));
}

/** Tries to install the plugins in Pulumi's home; returns whether both are there. */
async function tryInstall(path: string, home: string): Promise<boolean> {
    mkdirSync(home, { recursive: true });
    const record = join(home, "plugins-not-available.json");
    const wanted = JSON.stringify(plugins);
    // Not in the current folder, because the command reads a project or plugin that it is started in.
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

/** Fills a folder for PATH with links to these stand-ins. The engine prefers plugins on PATH to installed ones. */
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
