/** All stacks that need the flag co-own it, and destroying the last one removes it. */
import { expect } from "chai";
import type { SidecarTlsTerminationArgs } from "../../..";
import type { Cluster } from "../../../lab/cluster";
import { succeed } from "../../../lab/demo/clients";
import { istioNamespace } from "../../../lab/mesh/install";
import { cleanUp } from "../cleanUp";
import { flagOfIstiod, istiodPod, setIstiodValues } from "../istiodRevision";
import { kubectlFor } from "../kubectl";
import { programStack, type ServingStack } from "../programStack";
import { istiodContainers, opened, workload } from "./surroundings";

export function describeOwnership(cluster: () => Cluster): void {
    describe("co-owned by two stacks", function () {
        this.timeout("5m");
        const later = cleanUp();
        let one: ServingStack;
        let two: ServingStack;
        let podWithFlag: string;
        let withoutFlag: unknown;

        before("both are up", async () => {
            const args = (namespace: string): SidecarTlsTerminationArgs => ({
                namespace,
                createNamespace: true,
                workload,
            });
            withoutFlag = await istiodContainers(cluster());
            one = await opened(cluster(), later, "flag-one", args("flag-one"));
            two = await opened(cluster(), later, "flag-two", args("flag-two"));
            await one.stack.mustRun("up");
            podWithFlag = await istiodPod(cluster());
            await two.stack.mustRun("up");
        });

        it("is set once: the second stack does not restart istiod", async () => {
            expect(await flagOfIstiod(cluster())).to.equal("true");
            expect(await istiodPod(cluster())).to.equal(podWithFlag);
            await one.servesItsClient();
            await two.servesItsClient();
        });

        it("stays when one stack is destroyed: istiod does not restart, and the other workload still terminates TLS", async () => {
            await one.stack.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("true");
            expect(await istiodPod(cluster())).to.equal(podWithFlag);
            expect((await two.attempt()).status).to.equal(200);
            await two.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
        });

        it("survives a restart of istiod, also for pods that start afterwards", async () => {
            await succeed(cluster(), "kubectl", ["-n", istioNamespace, "rollout", "restart", "deployment/istiod"]);
            expect(await flagOfIstiod(cluster())).to.equal("true");
            expect(await istiodPod(cluster())).not.to.equal(podWithFlag);
            const workloads = ["-n", "flag-two", "rollout"];
            await succeed(cluster(), "kubectl", [...workloads, "restart", "deployment/httpbin"]);
            await succeed(cluster(), "kubectl", [...workloads, "status", "deployment/httpbin", "--timeout=120s"]);
            await two.servesItsClient();
            await two.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("is removed with the last stack", async () => {
            await two.stack.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("");
            expect(await istiodContainers(cluster())).to.deep.equal(withoutFlag);
            const kubectl = kubectlFor(cluster());
            expect(JSON.stringify(await kubectl.get("deployment", "istiod", istioNamespace))).not.to.include(
                "istio-sidecar-tls",
            );
            expect(await kubectl.get("configmap", "istiod-sidecar-ingress-tls", istioNamespace)).not.to.have.property(
                "data",
            );
        });
    });

    describe("removed by hand", function () {
        this.timeout("5m");
        const later = cleanUp();

        it("is co-owned again after the next refresh of every stack, and stays until the last one is destroyed", async () => {
            const stacks = [];
            for (const name of ["flag-first", "flag-second"]) {
                const opened = await programStack(cluster(), "flag", name, {});
                later(() => opened.remove());
                await opened.stack.mustRun("up");
                stacks.push(opened.stack);
            }
            const remove = ["delete", "deployment/istiod", "configmap/istiod-sidecar-ingress-tls", "--timeout=120s"];
            await succeed(cluster(), "kubectl", ["-n", istioNamespace, ...remove]);
            await setIstiodValues(cluster(), []);
            for (const stack of stacks) {
                await stack.mustRun("up", ["--refresh"]);
            }
            await stacks[0]!.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("true");
            await stacks[1]!.mustRun("destroy");
            expect(await flagOfIstiod(cluster())).to.equal("");
        });
    });
}
