/** The client in Java, compiled and run with the machine's own JDK or with one in the lab's cache. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Build, buildFolder } from "../../../lab/build/cache";
import { mustRun } from "../../../lab/command";
import type { Client } from "./client";
import { hostClient } from "./hostClient";
import { javaProgram, jdkBuilds, oldestJava } from "./jdk";

const source = join(__dirname, "clients", "Client.java");

/** With this option, every JDK that is new enough compiles to the same bytecode. */
const options = ["--release", String(oldestJava)];

function clientBuild(): Build {
    return {
        name: "client-java",
        title: "the client in Java",
        inputs: [...options, readFileSync(source, "utf8")],
        expectedSeconds: 5,
        make: async (folder) => {
            await mustRun(javaProgram("javac"), [...options, "-d", folder, source]);
        },
    };
}

export function javaClientBuilds(): Build[] {
    return [...jdkBuilds(), clientBuild()];
}

export function javaClient(): Client {
    // For a short run: the compiler that starts quickly, and a garbage collector without extra threads.
    const forShortRuns = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
    return hostClient("Java", [javaProgram("java"), ...forShortRuns, "-cp", buildFolder(clientBuild()), "Client"]);
}
