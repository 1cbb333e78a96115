/** Stacks for tests, each with its state in a temporary folder. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../lab/cluster";
import { PulumiStack } from "../../lab/toolchain/stack";

export const temporaryStackName = `test-${process.pid}`;

export function temporaryStateFolder(): string {
    return mkdtempSync(join(tmpdir(), "istio-sidecar-tls-state-"));
}

/** Stacks that reference each other share a state folder. */
export function temporaryStack(
    cluster: Cluster,
    directory: string,
    state = temporaryStateFolder(),
): Promise<PulumiStack> {
    return PulumiStack.open(cluster, {
        directory,
        stack: temporaryStackName,
        // Metadata files are off: a killed engine leaves them empty and cannot read them again.
        backendUrl: `file://${state}?metadata=skip`,
        passphrase: "test",
    });
}

/**
 * A temporary stack for further runs of a program whose types an earlier run has checked. Pulumi checks them in every run, which
 * takes most of the time of one that changes nothing.
 */
export function withoutTypeCheck(stack: PulumiStack): PulumiStack {
    return stack.withEnvironment({ PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
}
