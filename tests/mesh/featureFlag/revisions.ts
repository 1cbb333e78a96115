/** The flag is on the istiods that are named, and on no other. */
import { expect } from "chai";
import type { IstiodFeatureFlagArgs } from "../../..";
import { deploymentName } from "../../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../../../lab/cluster";
import { succeed } from "../../../lab/demo/clients";
import { cleanUp } from "../cleanUp";
import { eventually } from "../eventually";
import { flagOfIstiod, installRevision, istiodPod, moveNamespace, removeRevision } from "../istiodRevision";
import { type ServingStack, type ProgramStack, programStack } from "../programStack";
import { deleteNamespace, istiodAsTold, makeNamespace, opened, workload } from "./surroundings";

export function describeRevisions(cluster: () => Cluster): void {
    describe("for an istiod that is not there", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-nobody";
        let flag: ProgramStack<IstiodFeatureFlagArgs>;

        before("a namespace with a Deployment istiod-other, which is none of Istio's", async () => {
            later(() => deleteNamespace(cluster(), namespace));
            await succeed(cluster(), "kubectl", ["create", "namespace", namespace]);
            const create = ["create", "deployment", "istiod-other", "--image=other", "--replicas=0"];
            await succeed(cluster(), "kubectl", ["-n", namespace, ...create]);
            flag = await programStack(cluster(), "flag", namespace, { namespace });
            later(() => flag.remove());
        });

        for (const [revision, missing] of [
            ["default", "spec.selector: Required value"],
            ["other", "image: Required value"],
        ] as const) {
            it(`is refused with the name of the Deployment, and makes none: ${revision}`, async () => {
                flag.setArguments({ namespace, revisions: [revision] });
                const { exitCode, diagnostics } = await flag.stack.run("up");
                expect(exitCode).not.to.equal(0);
                const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
                expect(errors[0])
                    .to.include(`Deployment.apps "${deploymentName(revision)}" is invalid`)
                    .and.include(missing);
                const deployments = ["-n", namespace, "get", "deployments", "-o", "name"];
                expect((await succeed(cluster(), "kubectl", deployments)).trim()).to.equal(
                    "deployment.apps/istiod-other",
                );
            });
        }
    });

    describe("on two revisions", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-canary";
        let chain: ServingStack;

        before("istiod-canary beside istiod, and a namespace of its", async () => {
            later(() => removeRevision(cluster(), "canary"));
            await installRevision(cluster(), "canary");
            later(() => deleteNamespace(cluster(), namespace));
            await makeNamespace(cluster(), namespace, "canary");
            const istiod = { revisions: ["default", "canary"] };
            chain = await opened(cluster(), later, namespace, { namespace, workload, istiod });
            expect(await flagOfIstiod(cluster(), "canary")).to.equal("");
            await chain.stack.mustRun("up");
        });

        it("sets the flag on both, and the workload of the canary's namespace terminates TLS", async () => {
            expect(await flagOfIstiod(cluster(), "default")).to.equal("true");
            expect(await flagOfIstiod(cluster(), "canary")).to.equal("true");
            const status = ["-o", "jsonpath={.items[*].metadata.annotations.sidecar\\.istio\\.io/status}"];
            const pods = ["-n", namespace, "get", "pod", "-l", "app=httpbin", ...status];
            expect(JSON.parse(await succeed(cluster(), "kubectl", pods))).to.include({ revision: "canary" });
            await chain.servesItsClient();
        });

        it("takes it off the revision that leaves the list, and off no other: there the port is closed", async () => {
            const podOfDefault = await istiodPod(cluster());
            chain.setArguments({ namespace, workload, istiod: { revisions: ["default"] } });
            await chain.stack.mustRun("up");
            expect(await flagOfIstiod(cluster(), "canary")).to.equal("");
            expect(await flagOfIstiod(cluster(), "default")).to.equal("true");
            expect(await istiodPod(cluster())).to.equal(podOfDefault);
            await eventually(
                "the port is closed",
                () => chain.attempt(),
                ({ exitCode }) => exitCode === 35,
            );
        });

        it("serves again once the namespace is the other revision's", async () => {
            await moveNamespace(cluster(), namespace, "default");
            await chain.servesItsClient();
        });

        it("leaves a revision alone that was uninstalled before it left the list, with a refresh", async () => {
            const flag = await programStack<IstiodFeatureFlagArgs>(cluster(), "flag", "flag-canary", {
                revisions: ["default", "canary"],
            });
            later(() => flag.remove());
            await flag.stack.mustRun("up");
            await removeRevision(cluster(), "canary");
            flag.setArguments({});
            await flag.stack.mustRun("up", ["--refresh"]);
            expect(await flagOfIstiod(cluster())).to.equal("true");
        });
    });

    describe("on an istiod of another namespace", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-elsewhere";

        it("sets the flag there alone, and a tag of the revision injects the sidecars", async () => {
            later(() => removeRevision(cluster(), "elsewhere", "istio-control"));
            await installRevision(cluster(), "elsewhere", "istio-control");
            const tag = (...args: string[]) =>
                succeed(cluster(), "istioctl", [
                    "tag",
                    ...args,
                    "--istioNamespace=istio-control",
                    "--skip-confirmation",
                ]);
            later(async () => {
                await tag("remove", "stable");
            });
            await tag("set", "stable", "--revision=elsewhere");
            const before = await istiodAsTold(cluster());
            const istiod = { namespace: "istio-control", revisions: ["elsewhere"], injectionRevision: "stable" };
            const chain = await opened(cluster(), later, namespace, {
                namespace,
                createNamespace: true,
                workload,
                istiod,
            });
            await chain.stack.mustRun("up");
            expect(await flagOfIstiod(cluster(), "elsewhere", "istio-control")).to.equal("true");
            await chain.servesItsClient();
            expect(await istiodAsTold(cluster())).to.deep.equal(before);
        });
    });
}
