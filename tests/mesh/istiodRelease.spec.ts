/** An istiod that a Pulumi program installs as a Helm release of Istio's own chart, alongside the lab's istiod. */
import { expect } from "chai";
import { succeed } from "../../lab/demo/clients";
import { istioChart, istiodValues } from "../../lab/mesh/charts";
import { istioNamespace, waitForMesh } from "../../lab/mesh/install";
import { type Declared, type DeclaredStack, declaredStack } from "./declaredStack";
import { describeMesh } from "./describeMesh";
import { type Kubectl, kubectlFor } from "./kubectl";
import { changed, operationsOn } from "./steps";

const revision = "canary";
const name = `istiod-${revision}`;

function istiod(settings: object = {}): Declared[] {
    return [
        {
            name,
            type: "kubernetes.helm.v3.Release",
            args: {
                name,
                namespace: istioNamespace,
                chart: istioChart("istiod"),
                values: { ...istiodValues(), revision, ...settings },
            },
        },
    ];
}

describeMesh("istiod as a Helm release", (cluster) => {
    let kubectl: Kubectl;
    let stack: DeclaredStack;

    before(async () => {
        kubectl = kubectlFor(cluster());
        stack = await declaredStack(cluster(), "istiod-release");
    });

    after(async function () {
        this.timeout("3m");
        // This runs after a failure, too: other suites use the same lab.
        await stack.mustRun("destroy", []);
        stack.forget();
    });

    it("injects sidecars once the run has ended, and later runs change nothing", async function () {
        this.timeout("3m");
        await stack.mustRun("up", istiod());
        await waitForMesh((args, { input } = {}) => succeed(cluster(), "kubectl", [...args], input), revision);
        const { steps } = await stack.mustRun("up", istiod(), ["--refresh", "--expect-no-changes"]);
        expect(changed(steps)).to.deep.equal([]);
    });

    it("is upgraded in place when a value changes", async function () {
        this.timeout("3m");
        const before = await kubectl.get("deployment", name, istioNamespace);
        const { steps } = await stack.mustRun("up", istiod({ envVarFrom: [{ name: "LATER", value: "set" }] }));
        expect(operationsOn(steps, name)).to.deep.equal(["update"]);
        const after = await kubectl.get("deployment", name, istioNamespace);
        expect(after.metadata.uid).to.equal(before.metadata.uid);
        const [container] = after.spec!.template!.spec.containers;
        expect(container!["env"]).to.deep.include({ name: "LATER", value: "set" });
    });

    it("is removed with the stack, and the lab's own istiod stays", async function () {
        this.timeout("3m");
        await stack.mustRun("destroy", []);
        const deployments = await kubectl.list("deployments", istioNamespace);
        expect(deployments.map(({ metadata }) => metadata.name)).to.deep.equal(["istiod"]);
    });
});
