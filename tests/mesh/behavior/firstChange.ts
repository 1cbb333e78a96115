/**
 * The first change of an object. Right before it, the plugin moves the fields of the create to the resource's own field
 * manager (provider/pkg/await/await.go, `fixCSAFieldManagers`). A preview does not, so it keeps removed list items.
 */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { operationsOn } from "../steps";
import { inNamespace, namespaceNamed, runId } from "./declarations";

const namespace = `behavior-first-change-${runId}`;

function withPort(name: string, port: number): Declared[] {
    const service: Declared = {
        name: "service",
        type: "kubernetes.core.v1.Service",
        args: {
            metadata: { name: "service", annotations: { "pulumi.com/skipAwait": "true" } },
            spec: { selector: { app: "none" }, ports: [{ name, port }] },
        },
    };
    return [namespaceNamed(namespace), ...inNamespace(namespace, service)];
}

export function describeFirstChange(cluster: () => Cluster): void {
    describe("the first change of a Service's port", function () {
        this.timeout("2m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `first-change-${runId}`);
            await stack.mustRun("up", withPort("https", 443));
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        it("fails in a preview if the port keeps its name, and not if it gets a new name", async () => {
            const { exitCode, stdout, stderr } = await stack.run("preview", withPort("https", 8443));
            expect(exitCode).not.to.equal(0);
            expect(stdout + stderr).to.match(/spec\.ports\[1\]\.name: Duplicate value: "https"/);
            const { steps } = await stack.mustRun("preview", withPort("https-8443", 8443));
            expect(operationsOn(steps, "service")).to.deep.equal(["update"]);
        });

        it("succeeds in a run without a preview, and later previews are correct", async () => {
            await stack.mustRun("up", withPort("https", 8443));
            const { spec } = await kubectl.get("service", "service", namespace);
            expect(spec).to.have.property("ports").that.has.length(1);
            expect(spec).to.have.nested.property("ports[0].port", 8443);
            await stack.mustRun("preview", withPort("https", 9443));
            await stack.mustRun("destroy", []);
        });
    });
}
