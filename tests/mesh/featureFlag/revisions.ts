/** The flag is set on the istiod revisions in the arguments, and on no others. */
import { expect } from "chai";
import type { IstiodFeatureFlagArgs } from "../../..";
import { deploymentName } from "../../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../../../lab/cluster";
import { succeed } from "../../../lab/demo/clients";
import { cleanUp } from "../cleanUp";
import { eventually } from "../eventually";
import { flagOfIstiod, installRevision, istiodPod, moveNamespace, removeRevision } from "../istiodRevision";
import { type ProgramStack, programStack, type ServingStack } from "../programStack";
import { createNamespace, deleteNamespace, istiodSettings, opened, workload } from "./surroundings";

export function describeRevisions(cluster: () => Cluster): void {
    describeMissingIstiod(cluster);
    describeTwoRevisions(cluster);
    describeOtherNamespace(cluster);
}

function describeMissingIstiod(cluster: () => Cluster): void {
    describe("for an istiod that does not exist", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-missing";
        let flag: ProgramStack<IstiodFeatureFlagArgs>;

        before("a namespace has a Deployment istiod-other that is not Istio's", async () => {
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
            it(`fails with the name of the Deployment, and creates none: ${revision}`, async () => {
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
}

function describeTwoRevisions(cluster: () => Cluster): void {
    describe("on two revisions", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-canary";
        let component: ServingStack;

        before("istiod-canary runs alongside istiod, with a namespace of its own", async () => {
            later(() => removeRevision(cluster(), "canary"));
            await installRevision(cluster(), "canary");
            later(() => deleteNamespace(cluster(), namespace));
            await createNamespace(cluster(), namespace, "canary");
            const istiod = { revisions: ["default", "canary"] };
            component = await opened(cluster(), later, namespace, { namespace, workload, istiod });
            expect(await flagOfIstiod(cluster(), "canary")).to.equal("");
            await component.stack.mustRun("up");
        });

        it("is set on both, and the workload in the canary's namespace terminates TLS", async () => {
            expect(await flagOfIstiod(cluster(), "default")).to.equal("true");
            expect(await flagOfIstiod(cluster(), "canary")).to.equal("true");
            const status = ["-o", "jsonpath={.items[*].metadata.annotations.sidecar\\.istio\\.io/status}"];
            const pods = ["-n", namespace, "get", "pod", "-l", "app=httpbin", ...status];
            expect(JSON.parse(await succeed(cluster(), "kubectl", pods))).to.include({ revision: "canary" });
            await component.servesItsClient();
        });

        it("is removed only from the revision that leaves the list: the port is closed there", async () => {
            const podOfDefault = await istiodPod(cluster());
            component.setArguments({ namespace, workload, istiod: { revisions: ["default"] } });
            await component.stack.mustRun("up");
            expect(await flagOfIstiod(cluster(), "canary")).to.equal("");
            expect(await flagOfIstiod(cluster(), "default")).to.equal("true");
            expect(await istiodPod(cluster())).to.equal(podOfDefault);
            await eventually(
                "the port is closed",
                () => component.attempt(),
                ({ exitCode }) => exitCode === 35,
            );
        });

        it("serves the client again once the namespace uses the other revision", async () => {
            await moveNamespace(cluster(), namespace, "default");
            await component.servesItsClient();
        });

        it("ignores, with a refresh, a revision that was uninstalled before it left the list", async () => {
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
}

function describeOtherNamespace(cluster: () => Cluster): void {
    describe("on an istiod in another namespace", function () {
        this.timeout("5m");
        const later = cleanUp();
        const namespace = "flag-elsewhere";

        it("is set only there, and a tag of the revision injects the sidecars", async () => {
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
            const before = await istiodSettings(cluster());
            const istiod = { namespace: "istio-control", revisions: ["elsewhere"], injectionRevision: "stable" };
            const component = await opened(cluster(), later, namespace, {
                namespace,
                createNamespace: true,
                workload,
                istiod,
            });
            await component.stack.mustRun("up");
            expect(await flagOfIstiod(cluster(), "elsewhere", "istio-control")).to.equal("true");
            await component.servesItsClient();
            expect(await istiodSettings(cluster())).to.deep.equal(before);
        });
    });
}
