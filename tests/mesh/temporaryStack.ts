/** Stacks of tests: their state is in a folder of their own. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../lab/cluster";
import { PulumiStack } from "../../lab/toolchain/stack";

export function temporaryStack(cluster: Cluster, directory: string): Promise<PulumiStack> {
    const state = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-state-"));
    return PulumiStack.open(cluster, {
        directory,
        stack: `test-${process.pid}`,
        // Without side files, which a killed engine leaves empty and cannot read again.
        backendUrl: `file://${state}?metadata=skip`,
        passphrase: "test",
    });
}
