/** A Secret whose data changes in place: an object with empty keys, and a patch that fills them. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed } from "../steps";
import { base64, inNamespace, namespaceNamed, runId } from "./declarations";

const namespace = `behavior-secrets-${runId}`;
const name = "in-place";

function resources(key: string, { retainOnDelete = true, patched = true } = {}): Declared[] {
    const secret: Declared = {
        name,
        type: "kubernetes.core.v1.Secret",
        args: { metadata: { name }, type: "kubernetes.io/tls", data: { "tls.crt": "", "tls.key": "" } },
        options: { ignoreChanges: ["data"] },
    };
    const patch: Declared = {
        name: "content",
        type: "kubernetes.core.v1.SecretPatch",
        args: {
            metadata: { name, annotations: { "pulumi.com/patchForce": "true" } },
            data: { "tls.crt": base64("certificate"), "tls.key": { secret: base64(key) } },
        },
        options: { dependsOn: [name], retainOnDelete },
    };
    return [namespaceNamed(namespace), ...inNamespace(namespace, secret, ...(patched ? [patch] : []))];
}

export function describeSecrets(cluster: () => Cluster): void {
    describe("a Secret with empty keys and a forced patch of its data", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `secrets-${runId}`);
            await stack.mustRun("up", resources("first-key", { retainOnDelete: false }));
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        it("without retainOnDelete the patch cannot be removed, because its fields are required", async () => {
            const { exitCode, stdout, stderr } = await stack.run("up", resources("first-key", { patched: false }));
            expect(exitCode).not.to.equal(0);
            expect(stdout + stderr).to.match(/managing a required field/);
            expect((await kubectl.get("secret", name, namespace))["data"]).to.include({
                "tls.key": base64("first-key"),
            });
        });

        it("new data changes the object in place", async () => {
            const before = await kubectl.get("secret", name, namespace);
            const { steps } = await stack.mustRun("up", resources("second-key"));
            const after = await kubectl.get("secret", name, namespace);
            expect(changed(steps).map((step) => `${step.operation} ${step.name}`)).to.deep.equal(["update content"]);
            expect(after.metadata.uid).to.equal(before.metadata.uid);
            expect(after["type"]).to.equal("kubernetes.io/tls");
            expect(after["data"]).to.deep.equal({ "tls.crt": base64("certificate"), "tls.key": base64("second-key") });
        });

        it("later runs change nothing, and the state holds the key encrypted", async () => {
            const { steps } = await stack.mustRun("up", resources("second-key"), ["--refresh"]);
            expect(changed(steps)).to.deep.equal([]);
            await stack.mustRun("preview", resources("second-key"), ["--refresh", "--expect-no-changes"]);
            expect(JSON.stringify(await stack.stack.export())).not.to.include(base64("second-key"));
        });

        it("destroy leaves nothing behind", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
