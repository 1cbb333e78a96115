/** Runs of the engine with the policy pack, and their expected results. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { PolicyViolation } from "../../../lab/toolchain/events";
import type { StackResult } from "../../../lab/toolchain/stack";

export const policyPack = ["--policy-pack", join(__dirname, "..", "..", "..", "policy")];

/** Runs with levels and settings of the policies. */
export async function withConfiguration<T>(configuration: object, run: (args: string[]) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "policy-configuration-"));
    try {
        const file = join(folder, "policies.json");
        writeFileSync(file, JSON.stringify(configuration));
        return await run([...policyPack, "--policy-pack-config", file]);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

export function expectNoViolation({ exitCode, stdout, stderr, policyViolations }: StackResult): void {
    expect(policyViolations).to.deep.equal([]);
    expect(exitCode, `${stdout}\n${stderr}`).to.equal(0);
    // The engine has loaded the pack.
    expect(stdout).to.include("istio-sidecar-tls@v");
}

/** Expects that one mandatory violation, and nothing else, fails the run. */
export function expectViolation({ exitCode, policyViolations, stdout, stderr }: StackResult): PolicyViolation {
    expect(policyViolations, `${stdout}\n${stderr}`).to.have.length(1);
    expect(policyViolations[0]!.enforcementLevel).to.equal("mandatory");
    expect(exitCode).not.to.equal(0);
    return policyViolations[0]!;
}
