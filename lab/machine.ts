/** Checks whether this machine can run the lab. Each problem says how to fix it. */
import { spawnSync } from "node:child_process";
import { findMissingBuilds } from "./build";

const requirements =
    "The lab requires Linux on x86-64, root, and Debian or Ubuntu packages. " +
    "An existing cluster requires none of this: npm run demo -- --context NAME";

function succeeds(command: string, args: readonly string[]): boolean {
    return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function findSystemProblem(): string | undefined {
    if (process.platform !== "linux" || process.arch !== "x64") {
        return `this machine runs ${process.platform} on ${process.arch}`;
    }
    if (process.getuid?.() !== 0) {
        return "root is required (try sudo)";
    }
    if (!succeeds("unshare", ["--version"]) || !succeeds("nsenter", ["--version"])) {
        return "unshare and nsenter are missing (Debian package util-linux)";
    }
    if (!succeeds("unshare", ["--fork", "--pid", "--mount", "--mount-proc", "--net", "true"])) {
        return "root is not allowed to create namespaces (a container must be privileged)";
    }
    return undefined;
}

/** Programs that the builds need, except Go, which can come from PyPI. */
function findBuildProblem(): string | undefined {
    if (!succeeds("apt-get", ["--version"]) || !succeeds("dpkg-deb", ["--version"])) {
        return "apt-get and dpkg-deb are missing; they provide containerd, runc, etcd and iptables";
    }
    if (!succeeds("python3", ["-m", "pip", "--version"])) {
        return "python3 with pip is missing (Debian package python3-pip); it provides Envoy and httpbin";
    }
    return undefined;
}

/** Why this machine cannot run the lab; undefined if it can. */
export function whyNoLab(): string | undefined {
    const problem = findSystemProblem() ?? (findMissingBuilds().length === 0 ? undefined : findBuildProblem());
    return problem === undefined ? undefined : `the lab cannot run here: ${problem}. ${requirements}`;
}
