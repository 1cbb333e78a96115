/**
 * Two clusters: on one that has no Istio yet a program brings it along, and then one program has a service in both, with one CA
 * (examples/istio-and-workload and examples/two-clusters).
 */
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { ClientBundle } from "../..";
import type { Cluster } from "../../lab/cluster";
import { outsideClient, startClient } from "../../lab/demo/clients";
import { linkLabs } from "../../lab/link";
import { istioChart, istiodValues } from "../../lab/mesh/charts";
import type { PulumiStack } from "../../lab/toolchain/stack";
import { stopIfStarted } from "../startedLabs";
import { cleanUp } from "./cleanUp";
import { describeMesh } from "./describeMesh";
import { kubectlFor } from "./kubectl";
import { servedOutside } from "./outside";
import { temporaryStack } from "./temporaryStack";
import { labName, openOrStart } from "./testLab";

const secondName = `${labName}-second`;
const examples = join(__dirname, "..", "..", "examples");

describeMesh("two clusters", (cluster) => {
    const later = cleanUp();
    let second: Cluster;
    let istio: PulumiStack;
    let both: PulumiStack;

    before("a second lab without Istio, within reach of the first", async function () {
        this.timeout("10m");
        later(() => stopIfStarted(secondName));
        second = await openOrStart(secondName, { istio: false });
        const link = await linkLabs(labName, secondName);
        later(() => link.remove());

        istio = await temporaryStack(second, join(examples, "istio-and-workload"));
        later(() => takeAway(istio));
        await set(istio, "charts", dirname(istioChart("base")));
        await set(istio, "istiodValues", JSON.stringify(istiodValues()));

        const opened = await temporaryStack(cluster(), join(examples, "two-clusters"));
        for (const [index, kubeconfig] of [cluster().kubeconfig, link.kubeconfig].entries()) {
            await set(opened, `kubeconfigs[${index}]`, kubeconfig);
        }
        // Whatever took the default provider would find no cluster.
        both = opened.withEnvironment({ KUBECONFIG: "/dev/null" });
        later(() => takeAway(both));
    });

    async function set(stack: PulumiStack, key: string, value: string): Promise<void> {
        const { exitCode, stderr } = await stack.pulumi(["config", "set", "--path", key, value]);
        expect(exitCode, stderr).to.equal(0);
    }

    async function takeAway(stack: PulumiStack): Promise<void> {
        await stack.mustRun("destroy");
        await stack.remove();
    }

    /** In a cluster the client outside the mesh is served at this URL with the bundle. */
    async function serves(where: Cluster, url: string, clientBundle: Required<ClientBundle>): Promise<void> {
        await startClient(where, outsideClient);
        await servedOutside(where, "bundle", { url, clientBundle }, 90);
    }

    it("one of them gets Istio and a workload from one program, in order", async function () {
        this.timeout("6m");
        await istio.mustRun("up");
        const { url, clientBundle } = (await istio.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
        await serves(second, url, clientBundle);
        await istio.mustRun("preview", ["--expect-no-changes"]);
    });

    it("both have a service from one program, and a client with one certificate is let in at both", async function () {
        this.timeout("6m");
        await both.mustRun("up");
        const { urls, clientBundle } = (await both.outputs()) as {
            urls: string[];
            clientBundle: Required<ClientBundle>;
        };
        expect(urls).to.deep.equal(Array(2).fill("https://shop.shop.svc.cluster.local:8443"));
        await serves(cluster(), urls[0]!, clientBundle);
        await serves(second, urls[1]!, clientBundle);
        await both.mustRun("preview", ["--expect-no-changes"]);
    });

    it("have nothing of it left in the end, and Istio goes last", async function () {
        this.timeout("6m");
        await both.mustRun("destroy");
        await istio.mustRun("destroy");
        for (const where of [cluster(), second]) {
            expect(await kubectlFor(where).exists("namespace", "shop")).to.equal(false);
        }
        expect(await kubectlFor(second).exists("namespace", "istio-system")).to.equal(false);
    });
});
