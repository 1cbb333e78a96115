/** The examples that attach to existing workloads, as their readers run them. */
import { join } from "node:path";
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { outsideClient, startClient } from "../../lab/demo/clients";
import { curl } from "../../lab/demo/curl";
import { cleanUp } from "./cleanUp";
import { describeMesh } from "./describeMesh";
import { servedOutside } from "./outside";
import { temporaryStack } from "./temporaryStack";

const examples = { "existing-deployment": "orders", "helm-release": "invoices" };

describeMesh("examples that attach to existing workloads", (cluster) => {
    const later = cleanUp();

    for (const [example, name] of Object.entries(examples)) {
        it(`${example}: serves the client with its bundle, has no changes in a second preview, and is destroyed completely`, async function () {
            this.timeout("8m");
            const stack = await temporaryStack(cluster(), join(__dirname, "..", "..", "examples", example));
            later(async () => {
                await stack.mustRun("destroy");
                await stack.remove();
            });
            await stack.mustRun("up");
            const outputs = (await stack.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
            await startClient(cluster(), outsideClient);
            await servedOutside(cluster(), name, outputs, 90);
            const { status } = await curl(cluster(), outsideClient, `${outputs.url}/status/200`, { ca: name });
            expect(status, "without a certificate").to.equal(0);
            await stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
            const { steps } = await stack.mustRun("destroy");
            expect(steps.map(({ operation }) => operation)).to.include("delete");
        });
    }
});
