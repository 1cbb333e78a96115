/** Kinds that are ready as soon as they exist: access, networking, and scaling. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { ResourceState } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { inNamespace, namespaceNamed, runId } from "./declarations";

const namespace = `behavior-kinds-${runId}`;
const clusterWide = `behavior-kinds-${runId}`;
const selector = { matchLabels: { app: "none" } };
const subjects = [{ kind: "ServiceAccount", name: "default", namespace }];

/** Another `revision` stands for a program that changes something in each resource. */
function resources(revision = 1, role = "first"): Declared[] {
    const rules = [{ apiGroups: [""], resources: ["secrets"], resourceNames: [`issued-${revision}`], verbs: ["get"] }];
    const reference = (kind: string, name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
    return [
        namespaceNamed(namespace),
        ...inNamespace(
            namespace,
            { name: "role", type: "kubernetes.rbac.v1.Role", args: { metadata: { name: "reader" }, rules } },
            {
                name: "role-binding",
                type: "kubernetes.rbac.v1.RoleBinding",
                args: { metadata: { name: "reader" }, roleRef: reference("Role", role), subjects },
            },
            {
                name: "network-policy",
                type: "kubernetes.networking.v1.NetworkPolicy",
                args: {
                    metadata: { name: "policy" },
                    spec: {
                        podSelector: {},
                        policyTypes: ["Ingress"],
                        ingress: [{ ports: [{ protocol: "TCP", port: 8440 + revision }] }],
                    },
                },
            },
            {
                name: "disruption-budget",
                type: "kubernetes.policy.v1.PodDisruptionBudget",
                args: { metadata: { name: "budget" }, spec: { minAvailable: revision, selector } },
            },
            {
                name: "autoscaler",
                type: "kubernetes.autoscaling.v2.HorizontalPodAutoscaler",
                args: {
                    metadata: { name: "scaler" },
                    spec: {
                        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "none" },
                        minReplicas: 1,
                        maxReplicas: 1 + revision,
                        metrics: [
                            {
                                type: "Resource",
                                resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } },
                            },
                        ],
                    },
                },
            },
            {
                name: "patched",
                type: "kubernetes.core.v1.Service",
                args: {
                    metadata: { name: "patched", annotations: { "pulumi.com/skipAwait": "true" } },
                    spec: { selector: { app: "none" }, ports: [{ port: 80 }] },
                },
            },
            {
                name: "service-patch",
                type: "kubernetes.core.v1.ServicePatch",
                args: {
                    metadata: {
                        name: "patched",
                        labels: { revision: `revision-${revision}` },
                        annotations: { "pulumi.com/skipAwait": "true" },
                    },
                },
                options: { dependsOn: ["patched"] },
            },
        ),
        {
            name: "cluster-role",
            type: "kubernetes.rbac.v1.ClusterRole",
            args: { metadata: { name: clusterWide }, rules },
        },
        {
            name: "cluster-role-binding",
            type: "kubernetes.rbac.v1.ClusterRoleBinding",
            args: { metadata: { name: clusterWide }, roleRef: reference("ClusterRole", role), subjects },
        },
    ];
}

const names = resources().map(({ name }) => name);

/** Reads of the objects by their IDs. */
const readers: Declared[] = resources()
    .filter(({ name }) => !["service-patch", "namespace"].includes(name))
    .map(({ name, type }) => ({ name: `${name}-reader`, type, read: { from: [name, "id"] } }));

export function describeKinds(cluster: () => Cluster): void {
    describe("access, networking, and scaling", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `kinds-${runId}`);
            await stack.mustRun("up", resources());
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            await kubectl.run("delete", "clusterrole,clusterrolebinding", clusterWide, "--ignore-not-found");
            stack.forget();
        });

        const stateOf = async (name: string): Promise<ResourceState | undefined> =>
            (await stack.stack.export()).resources?.find(({ urn }) => urn.endsWith(`::${name}`));

        it("an ID is namespace/name, and only the name for cluster-scoped objects", async () => {
            expect(await stateOf("role")).to.include({ id: `${namespace}/reader` });
            expect(await stateOf("cluster-role")).to.include({ id: clusterWide });
        });

        it("later runs change nothing", async () => {
            const { steps } = await stack.mustRun("up", resources(), ["--refresh", "--expect-no-changes"]);
            expect(changed(steps)).to.deep.equal([]);
        });

        it("each object and its content can be read by ID", async () => {
            const { steps } = await stack.mustRun("up", [...resources(), ...readers]);
            for (const { name } of readers) {
                expect(operationsOn(steps, name)).to.deep.equal(["read"]);
            }
            expect((await stateOf("role-reader"))?.outputs).to.have.nested.property(
                "rules[0].resourceNames[0]",
                "issued-1",
            );
            expect((await stateOf("cluster-role-binding-reader"))?.outputs).to.have.nested.property(
                "roleRef.name",
                "first",
            );
            await stack.mustRun("preview", [...resources(), ...readers], ["--expect-no-changes"]);
        });

        it("everything changes in place except the role of a binding", async () => {
            const { steps } = await stack.mustRun("up", resources(2, "second"));
            const replaced = names.filter((name) => operationsOn(steps, name).includes("replace"));
            expect(replaced).to.have.members(["role-binding", "cluster-role-binding"]);
            expect(stepOn(steps, "role-binding", "replace").replacesFor).to.deep.equal(["roleRef.name"]);
            const updated = names.filter((name) => operationsOn(steps, name).join() === "update");
            expect(updated).to.have.members([
                "role",
                "cluster-role",
                "network-policy",
                "disruption-budget",
                "autoscaler",
                "service-patch",
            ]);
            const { metadata } = await kubectl.get("service", "patched", namespace);
            expect(metadata).to.have.nested.property("labels.revision", "revision-2");
        });

        it("a refresh detects drift, and the next run repairs only that", async () => {
            const byHand = JSON.stringify({ spec: { minAvailable: 5 } });
            await kubectl.run("patch", "poddisruptionbudget", "budget", "-n", namespace, "--type=merge", "-p", byHand);
            const { steps } = await stack.mustRun("up", resources(2, "second"), ["--refresh"]);
            expect(changed(steps).map(({ name }) => name)).to.deep.equal(["disruption-budget"]);
        });

        it("destroy deletes all objects", async () => {
            await stack.mustRun("destroy", []);
            for (const kind of ["clusterrole", "clusterrolebinding", "namespace"]) {
                expect(await kubectl.exists(kind, clusterWide), kind).to.equal(false);
            }
        });
    });
}
