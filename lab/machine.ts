/** What a machine must have to run the lab, each lack in a sentence that says what to do about it. */
import { spawnSync } from "node:child_process";
import { missingBuilds } from "./build";

const otherWay =
    "The lab needs Linux on x86-64, root, and Debian or Ubuntu packages. " +
    "With a cluster of your own nothing of this is needed: npm run demo -- --context NAME";

function succeeds(command: string, args: readonly string[]): boolean {
    return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function systemLack(): string | undefined {
    if (process.platform !== "linux" || process.arch !== "x64") {
        return `this is ${process.platform} on ${process.arch}`;
    }
    if (process.getuid?.() !== 0) {
        return "this is not root (try sudo)";
    }
    if (!succeeds("unshare", ["--version"]) || !succeeds("nsenter", ["--version"])) {
        return "unshare and nsenter are missing (Debian package util-linux)";
    }
    if (!succeeds("unshare", ["--fork", "--pid", "--mount", "--mount-proc", "--net", "true"])) {
        return "this root may not make namespaces (a container would have to be privileged)";
    }
    return undefined;
}

/** Programs that building needs; Go is not among them, since it can be had from PyPI. */
function buildLack(): string | undefined {
    if (!succeeds("apt-get", ["--version"]) || !succeeds("dpkg-deb", ["--version"])) {
        return "apt-get and dpkg-deb are missing: containerd, runc, etcd and iptables come as Debian packages";
    }
    if (!succeeds("python3", ["-m", "pip", "--version"])) {
        return "python3 with pip is missing (Debian package python3-pip): Envoy and httpbin come from PyPI";
    }
    return undefined;
}

/** Why this machine cannot run the lab, or undefined if it can. */
export function whyNoLab(): string | undefined {
    const lack = systemLack() ?? (missingBuilds().length === 0 ? undefined : buildLack());
    return lack === undefined ? undefined : `the lab cannot run here: ${lack}. ${otherWay}`;
}
