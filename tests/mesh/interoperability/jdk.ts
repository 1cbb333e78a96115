/** A JDK: the machine's own if it is new enough, otherwise Debian's, unpacked into the lab's cache and never installed. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Build, buildFolder } from "../../../lab/build/cache";
import { Apt, debianPackageName, prepareMergedRoot, unpackPackages } from "../../../lab/build/debian";
import { distribution } from "../../../lab/build/tools";
import type { Report } from "../../../lab/progress";
import { failureOf } from "../../../lab/wait";

/** The Java release that the client is compiled for. */
export const oldestJava = 17;

/** Each release of Debian and Ubuntu has at least one of these. */
const releases = [17, 21, 25];

/** Whether the machine has a JDK that is new enough. A Java runtime without the compiler does not suffice. */
function hasOwn(): boolean {
    const result = spawnSync("javac", ["-version"], { encoding: "utf8" });
    return result.status === 0 && Number(/^javac (\d+)/.exec(result.stdout)?.[1] ?? 0) >= oldestJava;
}

function debianBuild(): Build {
    return {
        name: "jdk",
        title: "JDK (Debian packages)",
        inputs: [distribution(), readFileSync(__filename, "utf8")],
        expectedSeconds: 60,
        make: async (folder, report) => {
            const aptFolder = join(folder, "apt");
            report("fetching package lists");
            const packages = await download(await Apt.prepare(aptFolder), report);
            // The virtual machine also needs the C and C++ libraries and zlib, which are present because apt needs them.
            const wanted = packages.filter((path) => /^openjdk-\d+-(jre|jdk)-headless$/.test(debianPackageName(path)));
            prepareMergedRoot(folder);
            await unpackPackages(wanted, folder, report);
            rmSync(aptFolder, { recursive: true });
            const home = join(folder, "usr/lib/jvm", jvmFolder(folder));
            // Only jlink reads it.
            rmSync(join(home, "jmods"), { recursive: true, force: true });
            rmSync(join(folder, "usr/share"), { recursive: true, force: true });
            linkWithin(folder, home);
            symlinkSync(relative(folder, join(home, "bin")), join(folder, "programs"));
        },
    };
}

/** Downloads the JDK of the first available release. */
async function download(apt: Apt, report: Report): Promise<string[]> {
    const failures: string[] = [];
    for (const release of releases) {
        let packages: string[] = [];
        const failure = await failureOf(
            apt.download([`openjdk-${release}-jdk-headless`], report).then((paths) => {
                packages = paths;
            }),
        );
        if (failure === undefined) {
            return packages;
        }
        failures.push(failure);
    }
    throw new Error(failures.join("\n"));
}

function jvmFolder(root: string): string {
    const folders = readdirSync(join(root, "usr/lib/jvm"), { withFileTypes: true });
    const found = folders.find((each) => each.isDirectory() && /^java-\d+-openjdk-/.test(each.name));
    if (found === undefined) {
        throw new Error(`no folder java-N-openjdk among ${folders.map(({ name }) => name).join(", ")}`);
    }
    return found.name;
}

/** Debian keeps a JDK's configuration in /etc. Redirects the links to it to /etc below `root`. */
function linkWithin(root: string, home: string): void {
    for (const entry of readdirSync(home, { withFileTypes: true, recursive: true })) {
        const path = join(entry.parentPath, entry.name);
        const target = entry.isSymbolicLink() ? readlinkSync(path) : "";
        if (target.startsWith("/etc/")) {
            rmSync(path);
            symlinkSync(relative(dirname(path), join(root, target)), path);
        }
    }
}

export function jdkBuilds(): Build[] {
    return hasOwn() ? [] : [debianBuild()];
}

export function javaProgram(name: "java" | "javac"): string {
    return hasOwn() ? name : join(buildFolder(debianBuild()), "programs", name);
}
