/** Three stacks that reference each other: the platform's, the application's, and a client's. */
import { join } from "node:path";
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { outsideClient, startClient } from "../../lab/demo/clients";
import type { PulumiStack } from "../../lab/toolchain/stack";
import { cleanUp } from "./cleanUp";
import { describeMesh } from "./describeMesh";
import { servedOutside } from "./outside";
import { temporaryStack, temporaryStackName, temporaryStateFolder } from "./temporaryStack";

const examples = join(__dirname, "..", "..", "examples", "stack-references");
const referred = (project: string): string => `organization/${project}/${temporaryStackName}`;

describeMesh("stacks that reference each other", (cluster) => {
    let platform: PulumiStack;
    let application: PulumiStack;
    let consumer: PulumiStack;

    const later = cleanUp();

    before("the stacks are configured", async () => {
        const state = temporaryStateFolder();
        const open = async (project: string): Promise<PulumiStack> => {
            const stack = await temporaryStack(cluster(), join(examples, project), state);
            later(async () => {
                await stack.mustRun("destroy");
                await stack.remove();
            });
            return stack;
        };
        platform = await open("platform");
        application = await open("application");
        consumer = await open("consumer");
        await application.setConfig("platformStack", referred("platform"));
        await consumer.setConfig("applicationStack", referred("application"));
    });

    it("pass the CA and the namespace to the application, and the bundle to the client", async function () {
        this.timeout("6m");
        await platform.mustRun("up");
        await application.mustRun("up");
        // The consumer's pods become ready once the application has answered them.
        await consumer.mustRun("up");
        const { trustedCertificatesPem } = await platform.outputs();
        const { url, warehouseBundle } = (await application.outputs()) as {
            url: string;
            warehouseBundle: Required<ClientBundle>;
        };
        expect(warehouseBundle.caCertificatePem).to.equal(trustedCertificatesPem);
        await startClient(cluster(), outsideClient);
        await servedOutside(cluster(), "warehouse", { url, clientBundle: warehouseBundle });
    });

    it("have no changes in a second preview or after a refresh", async function () {
        this.timeout("4m");
        for (const stack of [platform, application, consumer]) {
            await stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
        }
    });

    it("leave istiod and the namespace to the platform's stack", async () => {
        const types = (await application.export()).resources?.map(({ type }) => type) ?? [];
        expect(types).to.include("kubernetes:networking.istio.io/v1:Sidecar");
        for (const others of ["kubernetes:apps/v1:DeploymentPatch", "kubernetes:core/v1:Namespace"]) {
            expect(types).not.to.include(others);
        }
        expect(types).not.to.include("istio-sidecar-tls:index:IstiodFeatureFlag");
    });

    it("keep every private key encrypted in their states", async () => {
        for (const stack of [platform, application, consumer]) {
            expect(JSON.stringify(await stack.export())).not.to.include("PRIVATE KEY");
        }
    });
});
