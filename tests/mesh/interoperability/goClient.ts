/** The client in Go, built with the Go toolchain that builds the lab. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Build, buildFolder, isBuilt } from "../../../lab/build/cache";
import { goEnvironment, goFlags, goProgram, needsGoToolchain } from "../../../lab/build/go";
import { goToolchainBuild } from "../../../lab/build/wheels";
import { mustRun } from "../../../lab/command";
import type { Client } from "./client";
import { hostClient } from "./hostClient";

const sourceFolder = join(__dirname, "clients", "go");
const flags = goFlags({ tags: [], stamps: {} });

function clientBuild(): Build {
    return {
        name: "client-go",
        title: "the client in Go",
        inputs: [
            JSON.stringify([goEnvironment, flags]),
            ...["go.mod", "main.go"].map((file) => readFileSync(join(sourceFolder, file), "utf8")),
        ],
        expectedSeconds: 30,
        make: async (folder) => {
            const args = ["build", ...flags, "-o", join(folder, "client"), "."];
            await mustRun(goProgram(), args, { cwd: sourceFolder, env: goEnvironment, timeoutSeconds: 900 });
        },
    };
}

export function goClientBuilds(): Build[] {
    const client = clientBuild();
    return [...(!isBuilt(client) && needsGoToolchain() ? [goToolchainBuild()] : []), client];
}

export function goClient(): Client {
    return hostClient("Go", [join(buildFolder(clientBuild()), "client")]);
}
