/** An empty folder into which the npm package is installed, as its users do. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../../lab/command";
import { root } from "./pack";

const { dependencies } = packageJson(root) as { dependencies: Readonly<Record<string, string>> };

function packageJson(folder: string): object {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as object;
}

/**
 * The version that package-lock.json has: no release of a direct dependency breaks these tests. What those depend on themselves,
 * and Node, are the newest that their ranges allow.
 */
function installedVersion(name: string): string {
    return (packageJson(join(root, "node_modules", name)) as { version: string }).version;
}

/** npm install of a package.json with these fields. */
export async function install(folder: string, manifest: object, args: readonly string[]): Promise<void> {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
    await mustRun("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...args], {
        cwd: folder,
        timeoutSeconds: 300,
    });
}

/** Without scripts, so that the package is seen to need none. */
export async function installConsumer(folder: string, tarball: string): Promise<void> {
    const versions = Object.keys(dependencies).map((name) => [name, installedVersion(name)]);
    const wanted = { ...Object.fromEntries(versions), "istio-sidecar-tls": `file:${tarball}` } as object;
    await install(folder, { dependencies: wanted }, ["--ignore-scripts"]);
}

/** Installs Node from npm; returns its program. A folder of its own, since two packages cannot have one program's name. */
export async function installNode(folder: string, major: number): Promise<string> {
    await install(folder, { dependencies: { node: String(major) }, allowScripts: { node: true } }, []);
    return join(folder, "node_modules", ".bin", "node");
}

/** The user's program with the package instead of the sources, as a file of the given kind. */
export function writeProgram(folder: string, extension: "ts" | "cts" | "mts"): string {
    const source = readFileSync(join(__dirname, "program.ts"), "utf8");
    const file = `program.${extension}`;
    writeFileSync(join(folder, file), source.replaceAll('"../.."', '"istio-sidecar-tls"'));
    return file;
}

/** Strictly, the package's declarations included. */
export async function compile(folder: string, files: readonly string[], args: readonly string[]): Promise<void> {
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--types", "node"];
    await mustRun("npx", ["tsc", ...strict, "--target", "es2022", ...args, ...files], { cwd: folder });
}
