/** Builds the lab's programs from its own Go modules, with Go's default caches. */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { mustRun, runCommand, lastLines } from "../command";
import { binariesFolder, goBuilds, goVersion, type GoBuild } from "../pins";
import type { Report } from "../progress";
import { buildFolder, type Build } from "./cache";
import { goToolchainBuild } from "./wheels";

/** The machine's own Go if it is new enough or gets itself what the module asks for, else undefined. */
function ownGo(): string | undefined {
    const result = spawnSync("go", ["version"], { encoding: "utf8", cwd: join(binariesFolder, "mesh") });
    if (result.status !== 0) {
        return undefined;
    }
    const [, major, minor] = /go(\d+)\.(\d+)/.exec(result.stdout) ?? [];
    const enough =
        Number(major) > goVersion.major || (Number(major) === goVersion.major && Number(minor) >= goVersion.minor);
    return enough ? "go" : undefined;
}

export function needsGoToolchain(): boolean {
    return ownGo() === undefined;
}

/** The machine's own Go, or the one from PyPI, which has been built if `needsGoToolchain` says so. */
export function goProgram(): string {
    return ownGo() ?? join(buildFolder(goToolchainBuild()), "go/bin/go");
}

// no C, no debugging information: what the lab does not need and what costs time; GOGC spends memory for speed
export const goEnvironment = { CGO_ENABLED: "0", GOGC: "400", GOFLAGS: "-mod=readonly", GOWORK: "off" };

/** The same for all builds, so that they find each other's packages of the standard library in Go's cache. */
export function goFlags(build: Pick<GoBuild, "tags" | "stamps">): string[] {
    const stamps = Object.entries(build.stamps).map(([name, value]) => `-X ${name}=${value}`);
    const linker = ["-s", "-w", ...stamps].join(" ");
    return [
        "-trimpath",
        ...(build.tags.length === 0 ? [] : ["-tags", build.tags.join(",")]),
        "-gcflags=all=-dwarf=false",
        "-ldflags",
        linker,
    ];
}

interface GoPackage {
    readonly importPath: string;
    /** Size of its source: the best guess at how long it takes to compile. */
    readonly bytes: number;
}

/** All packages that a build consists of, those from Go's own cache included. */
async function packagesOf(go: string, build: GoBuild, targets: readonly string[]): Promise<GoPackage[]> {
    const format = '{{.ImportPath}}\t{{.Dir}}\t{{join .GoFiles "\t"}}';
    const tags = build.tags.length === 0 ? [] : ["-tags", build.tags.join(",")];
    const listed = await mustRun(go, ["list", "-deps", ...tags, "-f", format, ...targets], {
        cwd: join(binariesFolder, build.module),
        env: goEnvironment,
        timeoutSeconds: 900,
    });
    return listed
        .trimEnd()
        .split("\n")
        .map((line) => {
            const [importPath = "", folder = "", ...files] = line.split("\t");
            const sizes = files.map((file) => statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0);
            return { importPath, bytes: sizes.reduce((sum, size) => sum + size, 0) };
        });
}

/** Turns the names that `go build -v` prints, one for each package that it begins to compile, into a share done. */
function follow(packages: readonly GoPackage[], report: Report): (line: string) => void {
    const bytes = new Map(packages.map((each) => [each.importPath, each.bytes]));
    const total = packages.reduce((sum, each) => sum + each.bytes, 0);
    let done = 0;
    let begun = 0;
    return (line) => {
        const size = bytes.get(line.trim());
        if (size === undefined) {
            return;
        }
        bytes.delete(line.trim());
        begun += 1;
        done += size;
        // the last tenth is for linking, of which go says nothing
        report(`package ${begun} of at most ${packages.length}, ${line.trim()}`, (0.9 * done) / total);
    };
}

export function goBuild(name: keyof typeof goBuilds): Build {
    const build = goBuilds[name];
    const { title, ...inputs } = build;
    const source = join(binariesFolder, build.module);
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
        /\.(go|mod|sum)$/.test(file),
    );
    return {
        name,
        title,
        inputs: [
            JSON.stringify(inputs),
            JSON.stringify(goEnvironment),
            ...goFlags(build),
            ...files.sort().flatMap((file) => [file, readFileSync(join(source, file), "utf8")]),
        ],
        expectedSeconds: build.expectedSeconds,
        make: async (folder, report) => {
            const go = goProgram();
            const cwd = source;
            report("downloading Go modules");
            const tools = (
                await mustRun(go, ["list", "tool"], { cwd, env: goEnvironment, timeoutSeconds: 900 })
            ).trim();
            const targets = [...tools.split("\n").filter((tool) => tool !== ""), ...build.packages];
            const packages = await packagesOf(go, build, targets);
            report(`${packages.length} packages`);
            const said: string[] = [];
            const showProgress = follow(packages, report);
            // a build whose lab was killed must not go on beside the next one
            const result = await runCommand(
                "setpriv",
                ["--pdeathsig", "TERM", go, "build", "-v", ...goFlags(build), "-o", `${folder}/`, ...targets],
                {
                    cwd,
                    env: goEnvironment,
                    timeoutSeconds: 3600,
                    onLine: (line) => {
                        said.push(line);
                        showProgress(line);
                    },
                },
            );
            if (result.exitCode !== 0) {
                throw new Error(`go build in lab/binaries/${build.module} failed:\n${lastLines(said.join("\n"), 20)}`);
            }
        },
    };
}

/** The folder of a Go module in the module cache, for files that are in it besides Go code. */
export async function goModuleFolder(module: string, modulePath: string): Promise<string> {
    const go = goProgram();
    const cwd = join(binariesFolder, module);
    return (await mustRun(go, ["list", "-m", "-f", "{{.Dir}}", modulePath], { cwd, env: goEnvironment })).trim();
}
