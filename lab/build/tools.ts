/** The node's programs from Debian packages: containerd, runc, the CNI plugins, etcd, iptables and ip. */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { debianPackages } from "../pins";
import type { Build } from "./cache";
import { Apt, debianPackageName, prepareMergedRoot, unpackPackages } from "./debian";

const programs = ["containerd", "containerd-shim-runc-v2", "ctr", "etcd", "ip", "runc"];

/** The names that Debian's alternatives create. */
const iptablesNames = ["iptables", "ip6tables"].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);

function linkProgram(folder: string, name: string, program: string): void {
    const path = ["usr/bin", "usr/sbin"]
        .map((each) => join(each, program))
        .find((each) => existsSync(join(folder, each)));
    if (path === undefined) {
        throw new Error(`none of the Debian packages ${debianPackages.tools.join(", ")} contains ${program}`);
    }
    symlinkSync(join("..", path), join(folder, "programs", name));
}

/** The C library must be the machine's own, because its loader is. */
const notUnpacked = /^(libc6|libc-bin|libgcc-s1|gcc-\d+-base)$/;

/** The machine's distribution and release, on which the versions of its packages depend. */
export function distribution(): string {
    const text = readFileSync("/etc/os-release", "utf8");
    return ["ID", "VERSION_ID"].map((key) => new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1] ?? "").join(" ");
}

export function toolsBuild(): Build {
    return {
        name: "tools",
        title: "containerd, runc, etcd, iptables (Debian packages)",
        inputs: [distribution(), ...debianPackages.tools, readFileSync(__filename, "utf8")],
        expectedSeconds: 20,
        make: async (folder, report) => {
            const aptFolder = join(folder, "apt");
            report("fetching package lists");
            const apt = await Apt.prepare(aptFolder);
            const packages = await apt.download(debianPackages.tools, report);
            prepareMergedRoot(folder);
            const wanted = packages.filter((path) => !notUnpacked.test(debianPackageName(path)));
            await unpackPackages(wanted, folder, report);
            rmSync(aptFolder, { recursive: true });
            rmSync(join(folder, "usr/share"), { recursive: true, force: true });
            mkdirSync(join(folder, "programs"));
            for (const program of programs) {
                linkProgram(folder, program, program);
            }
            for (const name of iptablesNames) {
                linkProgram(folder, name, "xtables-nft-multi");
            }
        },
    };
}

/** The environment of the unpacked programs. `folder` is the path of the build for the program. */
export function toolsEnvironment(folder: string): Record<string, string> {
    const libraries = join(folder, "usr/lib/x86_64-linux-gnu");
    return { LD_LIBRARY_PATH: libraries, XTABLES_LIBDIR: join(libraries, "xtables") };
}
