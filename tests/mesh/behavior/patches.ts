/** Patches: fields of an existing object, co-owned by several stacks. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { operationsOn } from "../steps";
import { forever, podTemplate, runId } from "./declarations";

const namespace = `behavior-patches-${runId}`;
const reference = [{ configMapRef: { name: "flag", optional: true } }];

const patches: Declared[] = [
    {
        name: "flag",
        type: "kubernetes.core.v1.ConfigMapPatch",
        args: { metadata: { name: "flag", namespace }, data: { FLAG: "true" } },
    },
    {
        name: "environment",
        type: "kubernetes.apps.v1.DeploymentPatch",
        args: {
            metadata: { name: "patched", namespace },
            spec: { template: { spec: { containers: [{ name: "main", envFrom: reference }] } } },
        },
        options: { dependsOn: ["flag"] },
    },
];

/** The existing Deployment, as its installer applies it. */
const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "patched", namespace },
    spec: {
        replicas: 1,
        selector: { matchLabels: { app: "patched" } },
        template: podTemplate(forever, { app: "patched" }),
    },
};

export function describePatches(cluster: () => Cluster): void {
    describe("patches", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let one: DeclaredStack;
        let other: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            await kubectl.run("create", "namespace", namespace);
            await kubectl.apply(deployment);
            one = await declaredStack(cluster(), `one-${runId}`);
            other = await declaredStack(cluster(), `other-${runId}`);
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            one.forget();
            other.forget();
        });

        const flag = async (): Promise<unknown> => (await kubectl.get("configmap", "flag", namespace))["data"];
        const envFrom = async (): Promise<unknown> =>
            (await kubectl.get("deployment", "patched", namespace)).spec!.template!.spec.containers[0]!["envFrom"];

        it("a patch creates a missing object, and changes an existing one", async () => {
            await one.mustRun("up", patches);
            expect(await flag()).to.deep.equal({ FLAG: "true" });
            expect(await envFrom()).to.deep.equal(reference);
        });

        it("a patch of a Deployment waits for its pods", async () => {
            const { status } = await kubectl.get("deployment", "patched", namespace);
            expect(status).to.include({ readyReplicas: 1, updatedReplicas: 1, replicas: 1 });
        });

        it("a patch owns only its fields, under its own field manager", async () => {
            const objects = await Promise.all([
                kubectl.get("configmap", "flag", namespace),
                kubectl.get("deployment", "patched", namespace),
            ]);
            const owners = objects.map((object) =>
                object.metadata.managedFields!.filter(({ manager }) => manager.startsWith("pulumi-kubernetes-")),
            );
            expect(owners.map((entries) => entries.map(({ operation }) => operation))).to.deep.equal([
                ["Apply"],
                ["Apply"],
            ]);
            expect(owners[0]![0]!.manager).not.to.equal(owners[1]![0]!.manager);
            const container = { ".": {}, "f:name": {}, "f:envFrom": {} };
            expect(owners[1]![0]!.fieldsV1).to.deep.equal({
                "f:spec": {
                    "f:template": { "f:spec": { "f:containers": { 'k:{"name":"main"}': container } } },
                },
            });
        });

        it("two stacks co-own the same patch, and neither shows a change afterwards", async () => {
            await other.mustRun("up", patches);
            for (const stack of [one, other]) {
                await stack.mustRun("preview", patches, ["--refresh", "--expect-no-changes"]);
            }
        });

        it("the next run with a refresh restores a field that was removed by hand", async () => {
            const remove = [{ op: "remove", path: "/spec/template/spec/containers/0/envFrom" }];
            const patch = ["patch", "deployment/patched", "-n", namespace, "--type=json", "-p", JSON.stringify(remove)];
            await kubectl.run(...patch);
            expect(await envFrom()).to.equal(undefined);
            const { steps } = await one.mustRun("up", patches, ["--refresh"]);
            expect(operationsOn(steps, "environment")).to.include("update");
            expect(await envFrom()).to.deep.equal(reference);
        });

        it("destroying the first stack leaves the patch, destroying the last one removes it; an empty ConfigMap remains", async () => {
            await other.mustRun("destroy", []);
            expect(await flag()).to.deep.equal({ FLAG: "true" });
            expect(await envFrom()).to.deep.equal(reference);
            await one.mustRun("destroy", []);
            expect(await flag()).to.equal(undefined);
            expect(await envFrom()).to.equal(undefined);
        });
    });
}
