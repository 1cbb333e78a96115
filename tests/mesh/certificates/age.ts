/** Puts certificates into their renewal window without a wait: the state says that they expire soon. */
import type { PulumiStack } from "../../../lab/toolchain/stack";

/** Makes the tls plugin read that a certificate expires in an hour. The certificate itself and all secrets stay unchanged. */
export async function age(stack: PulumiStack, name: string): Promise<void> {
    const { exitCode, stdout, stderr } = await stack.pulumi(["stack", "export"]);
    if (exitCode !== 0) {
        throw new Error(`cannot export the state: ${stderr}`);
    }
    const state = JSON.parse(stdout) as {
        deployment: { resources: { urn: string; outputs?: Record<string, unknown> }[] };
    };
    const certificate = state.deployment.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    if (certificate?.outputs?.["validityEndTime"] === undefined) {
        throw new Error(`the stack has no certificate ${name}`);
    }
    certificate.outputs["validityEndTime"] = new Date(Date.now() + 3_600_000).toISOString();
    const imported = await stack.pulumi(["stack", "import"], { input: JSON.stringify(state) });
    if (imported.exitCode !== 0) {
        throw new Error(`cannot import the state: ${imported.stderr}`);
    }
}
