/** Certificates whose renewal is due, without the wait: the state says that they end soon. */
import type { PulumiStack } from "../../../lab/toolchain/stack";

/** Makes the tls plugin believe that a certificate ends in an hour; the certificate itself, and what is secret, stay as they are. */
export async function age(stack: PulumiStack, name: string): Promise<void> {
    const { exitCode, stdout, stderr } = await stack.pulumi(["stack", "export"]);
    if (exitCode !== 0) {
        throw new Error(`the state cannot be read: ${stderr}`);
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
        throw new Error(`the state cannot be written: ${imported.stderr}`);
    }
}
