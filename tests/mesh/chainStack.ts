/** A stack with one chain around httpbin, whose arguments a test changes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SidecarTlsTerminationArgs } from "../..";
import type { Cluster } from "../../lab/cluster";
import { PulumiStack } from "../../lab/toolchain/stack";

export interface ChainStack {
    readonly stack: PulumiStack;
    /** What the next run of the program gets; no Outputs, since it goes through a file. */
    set(args: SidecarTlsTerminationArgs): void;
    /** Removes what the stack keeps on this machine. */
    forget(): void;
}

export async function chainStack(cluster: Cluster, name: string): Promise<ChainStack> {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    const file = join(folder, "arguments.json");
    const state = join(folder, "state");
    mkdirSync(state);
    const project = {
        name: "chain",
        runtime: { name: "nodejs", options: { typescript: false } },
        main: join(__dirname, "programs", "chain"),
    };
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
    const stack = await PulumiStack.open(cluster, {
        directory: folder,
        stack: name,
        backendUrl: `file://${state}`,
        passphrase: "not secret",
        environment: { CHAIN_ARGUMENTS: file },
    });
    return {
        stack,
        set: (args) => {
            writeFileSync(file, JSON.stringify(args), { mode: 0o600 });
        },
        forget: () => {
            rmSync(folder, { recursive: true });
        },
    };
}
