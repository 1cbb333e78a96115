/**
 * Two clusters: a program installs Istio and a workload in a cluster without Istio (examples/istio-and-workload), then
 * another program runs a service in both clusters with one CA (examples/two-clusters).
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

    before("a second lab runs, without Istio and reachable from the first", async function () {
        this.timeout("10m");
        later(() => stopIfStarted(secondName));
        second = await openOrStart(secondName, { istio: false });
        const link = await linkLabs(labName, secondName);
        later(() => link.remove());

        istio = await temporaryStack(second, join(examples, "istio-and-workload"));
        later(() => destroy(istio));
        await set(istio, "charts", dirname(istioChart("base")));
        await set(istio, "istiodValues", JSON.stringify(istiodValues()));

        const opened = await temporaryStack(cluster(), join(examples, "two-clusters"));
        for (const [index, kubeconfig] of [cluster().kubeconfig, link.kubeconfig].entries()) {
            await set(opened, `kubeconfigs[${index}]`, kubeconfig);
        }
        // A resource that used the default provider would find no cluster.
        both = opened.withEnvironment({ KUBECONFIG: "/dev/null" });
        later(() => destroy(both));
    });

    async function set(stack: PulumiStack, key: string, value: string): Promise<void> {
        const { exitCode, stderr } = await stack.pulumi(["config", "set", "--path", key, value]);
        expect(exitCode, stderr).to.equal(0);
    }

    async function destroy(stack: PulumiStack): Promise<void> {
        await stack.mustRun("destroy");
        await stack.remove();
    }

    /** Waits until the URL serves the client outside the mesh of a cluster with the bundle. */
    async function serves(where: Cluster, url: string, clientBundle: Required<ClientBundle>): Promise<void> {
        await startClient(where, outsideClient);
        await servedOutside(where, "bundle", { url, clientBundle }, 90);
    }

    it("one program installs Istio and a workload in one of them, in order", async function () {
        this.timeout("6m");
        await istio.mustRun("up");
        const { url, clientBundle } = (await istio.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
        await serves(second, url, clientBundle);
        await istio.mustRun("preview", ["--expect-no-changes"]);
    });

    it("one program runs a service in both of them, and both admit a client with the same certificate", async function () {
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

    it("nothing is left in either of them after destroy, and Istio is removed last", async function () {
        this.timeout("6m");
        await both.mustRun("destroy");
        await istio.mustRun("destroy");
        for (const where of [cluster(), second]) {
            expect(await kubectlFor(where).exists("namespace", "shop")).to.equal(false);
        }
        expect(await kubectlFor(second).exists("namespace", "istio-system")).to.equal(false);
    });
});
