/** Recovers a stack with the commands of docs/recovery.md, line by line as they are documented. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster, CommandResult } from "../../lab/cluster";
import type { PulumiStack } from "../../lab/toolchain/stack";

const flagHeading = "## Remove the feature flag from istiod";
const headings = {
    up: "## Recover an interrupted `pulumi up`",
    destroy: "## Recover an interrupted `pulumi destroy`",
};

/** Runs each line of the section on the stack and returns the results; throws if a line fails. */
export async function recover(stack: PulumiStack, killed: keyof typeof headings): Promise<CommandResult[]> {
    const results: CommandResult[] = [];
    for (const line of recoveryLines(killed)) {
        const result = await runLine(stack, line);
        if (result.exitCode !== 0) {
            throw new Error(`${line} failed (${result.exitCode}):\n${result.stdout}\n${result.stderr}`);
        }
        results.push(result);
    }
    return results;
}

export function recoveryLines(killed: keyof typeof headings): string[] {
    return linesUnder(headings[killed]);
}

/** Removes the flag that a killed run left on istiod, as documented. */
export async function removeFlag(cluster: Cluster): Promise<void> {
    for (const line of linesUnder(flagHeading)) {
        const { exitCode, stderr } = await cluster.run("sh", ["-c", line]);
        if (exitCode !== 0) {
            throw new Error(`${line} failed (${exitCode}): ${stderr}`);
        }
    }
}

function linesUnder(heading: string): string[] {
    const text = readFileSync(join(__dirname, "..", "..", "docs", "recovery.md"), "utf8");
    const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`${heading}\n`));
    const commands = /^```sh\n([\s\S]*?)^```$/m.exec(section ?? "")?.[1];
    if (commands === undefined) {
        throw new Error(`docs/recovery.md has no commands under "${heading}"`);
    }
    return commands.trim().split("\n");
}

/** Runs a documented line of the form `NAME=value pulumi command ...` on the stack. */
export function runLine(stack: PulumiStack, line: string): Promise<CommandResult> {
    const [, assignments = "", command] = /^((?:[A-Z0-9_]+=\S+ )*)pulumi (.+)$/.exec(line) ?? [];
    if (command === undefined) {
        throw new Error(`not a pulumi command: ${line}`);
    }
    const env = Object.fromEntries(
        assignments
            .split(" ")
            .filter((assignment) => assignment !== "")
            .map((assignment) => assignment.split("=") as [string, string]),
    );
    return stack.pulumi(command.split(" "), { env, timeoutSeconds: 900 });
}
