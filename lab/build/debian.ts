/**
 * Debian packages. apt downloads them with separate state and cache folders, and they are unpacked without their maintainer
 * scripts. Nothing is installed: `apt-get install containerd` would remove a user's Docker packages.
 */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun, runCommand } from "../command";
import type { Report } from "../progress";

/** apt with its own state and cache folders in the given folder, and package lists in them. */
export class Apt {
    private constructor(
        private readonly folder: string,
        private readonly environment: Record<string, string>,
    ) {}

    static async prepare(folder: string): Promise<Apt> {
        for (const path of ["state/lists/partial", "parts"]) {
            mkdirSync(join(folder, path), { recursive: true });
        }
        writeFileSync(join(folder, "status"), "");
        // Keeps the machine's proxies and other Acquire settings, but not its hooks (Post-Invoke), which write elsewhere.
        const acquire = await mustRun("apt-config", ["dump", "Acquire"]);
        const settings = {
            "Dir::State": join(folder, "state"),
            // No package counts as installed, so that apt downloads all dependencies.
            "Dir::State::status": join(folder, "status"),
            "Dir::Cache": join(folder, "cache"),
            "Dir::Etc::parts": join(folder, "parts"),
            "Dir::Etc::main": "/dev/null",
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "APT::Architecture": "amd64",
        };
        const lines = Object.entries(settings).map(([key, value]) => `${key} "${value}";`);
        writeFileSync(join(folder, "apt.conf"), `${acquire}\n${lines.join("\n")}\n`);
        const apt = new Apt(folder, { APT_CONFIG: join(folder, "apt.conf"), DEBIAN_FRONTEND: "noninteractive" });
        // An unreachable third-party source is no error, as long as the packages can be downloaded.
        const update = await runCommand("apt-get", ["update"], { env: apt.environment, timeoutSeconds: 300 });
        writeFileSync(join(folder, "update.log"), update.stdout + update.stderr);
        return apt;
    }

    /** Downloads packages with all their dependencies; returns the paths of the .deb files. */
    async download(packages: readonly string[], report: Report): Promise<string[]> {
        const archives = join(this.folder, `archives-${packages.join("-").slice(0, 40)}`);
        mkdirSync(join(archives, "partial"), { recursive: true });
        const args = ["install", "--yes", "--download-only", "-o", `Dir::Cache::archives=${archives}`, ...packages];
        const result = await runCommand("apt-get", args, {
            env: this.environment,
            timeoutSeconds: 900,
            onLine: (line) => {
                if (line.startsWith("Get:")) {
                    report(`downloading ${line.split(" ")[4] ?? ""}`);
                }
            },
        });
        if (result.exitCode !== 0) {
            throw new Error(
                `cannot download the Debian packages ${packages.join(", ")}. apt-get failed with:\n${result.stderr.trim()}`,
            );
        }
        return readdirSync(archives)
            .filter((file) => file.endsWith(".deb"))
            .map((file) => join(archives, file));
    }
}

export function debianPackageName(path: string): string {
    return (path.split("/").at(-1) ?? "").split("_")[0] ?? "";
}

/** Links /bin, /lib and so on to /usr, as Debian's root file systems do. Packages still use the old paths. */
export function prepareMergedRoot(root: string): void {
    for (const folder of ["bin", "sbin", "lib", "lib64"]) {
        mkdirSync(join(root, "usr", folder), { recursive: true });
        symlinkSync(`usr/${folder}`, join(root, folder));
    }
}

export async function unpackPackages(paths: readonly string[], root: string, report: Report): Promise<void> {
    for (const [index, path] of paths.entries()) {
        report(`unpacking ${debianPackageName(path)} (${index + 1} of ${paths.length})`);
        const script = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --keep-directory-symlink --directory "$2"';
        await mustRun("bash", ["-o", "pipefail", "-c", script, "unpack", path, root]);
    }
}
