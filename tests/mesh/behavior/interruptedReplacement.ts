/** Runs that are killed while they replace custom resources or patch objects: what they leave, and what the next run does. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { Declared } from "../declaredStack";
import type { ClusterObject } from "../kubectl";
import { operationsOn } from "../steps";
import { forever, podTemplate, runId } from "./declarations";
import { commands, finalizer, isBeingDeleted, KilledStack } from "./killedStack";

const namespace = `behavior-replacement-${runId}`;

/** Two custom resources whose names change, and a resource that depends on them. */
function renamed(suffix: string): Declared[] {
    const custom = (name: string, kind: string, spec: object): Declared => ({
        name,
        type: "kubernetes.apiextensions.CustomResource",
        args: { apiVersion: "security.istio.io/v1", kind, metadata: { name: `${name}-${suffix}`, namespace }, spec },
    });
    return [
        custom("guard", "AuthorizationPolicy", { action: "DENY", rules: [{ to: [{ operation: { ports: ["9"] } }] }] }),
        custom("authentication", "PeerAuthentication", { mtls: { mode: "PERMISSIVE" } }),
        {
            name: "later",
            type: "kubernetes.core.v1.ServiceAccount",
            args: { metadata: { name: `later-${suffix}`, namespace } },
            options: { dependsOn: ["guard", "authentication"] },
        },
    ];
}

const reference = [{ configMapRef: { name: "flag", optional: true } }];
const patches: Declared[] = [
    {
        name: "flag",
        type: "kubernetes.core.v1.ConfigMapPatch",
        args: { metadata: { name: "flag", namespace }, data: { FLAG: "true" } },
    },
    {
        name: "content",
        type: "kubernetes.core.v1.SecretPatch",
        args: { metadata: { name: "content", namespace }, data: { key: { secret: "aGlkZGVu" } } },
    },
    {
        name: "environment",
        type: "kubernetes.apps.v1.DeploymentPatch",
        args: {
            metadata: { name: "patched", namespace },
            spec: { template: { spec: { containers: [{ name: "main", envFrom: reference }] } } },
        },
        options: { dependsOn: ["flag", "content"] },
    },
];

const patched = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "patched", namespace },
    spec: {
        // Makes the rollout long enough to kill the run during it, and short enough to wait for.
        minReadySeconds: 20,
        selector: { matchLabels: { app: "patched" } },
        template: podTemplate(forever, { app: "patched" }),
    },
};

export function describeInterruptedReplacement(cluster: () => Cluster): void {
    describe("a killed run", function () {
        this.timeout("5m");
        let killed: KilledStack;

        before(async () => {
            killed = await KilledStack.open(cluster(), `replacement-${runId}`, namespace);
        });

        afterEach(() => killed.endChildren());

        after(() => killed.close());

        describeReplacement(() => killed);
        describePatching(() => killed);
    });
}

function describeReplacement(killed: () => KilledStack): void {
    describe("that replaced custom resources with new names", () => {
        it("creates the new ones first, and deletes the old ones after everything else", async () => {
            await killed().declared.mustRun("up", renamed("one"));
            const { steps } = await killed().declared.mustRun("up", renamed("two"));
            const order = steps
                .map(({ operation, name }) => `${operation} ${name}`)
                .filter((step) => /^(create|delete)/.test(step));
            const lastCreated = Math.max(...order.map((step, index) => (step.startsWith("create") ? index : -1)));
            const firstDeleted = order.findIndex((step) => step.startsWith("delete"));
            expect(order).to.have.members(
                ["guard", "authentication", "later"].flatMap((name) => [
                    `create-replacement ${name}`,
                    `delete-replaced ${name}`,
                ]),
            );
            expect(lastCreated, order.join(", ")).to.be.lessThan(firstDeleted);
        });

        for (const [kind, name] of [
            ["authorizationpolicy", "guard"],
            ["peerauthentication", "authentication"],
        ] as const) {
            it(`leaves both objects when it is killed in between, and the next run deletes the old one: ${kind}`, async () => {
                const [old, next] = name === "guard" ? (["two", "three"] as const) : (["three", "four"] as const);
                await killed().setFinalizers(kind, `${name}-${old}`, [finalizer]);
                await killed().killWhen("up", [kind, `${name}-${old}`], isBeingDeleted, renamed(next));
                const { uid } = (await killed().kubectl.get(kind, `${name}-${next}`, namespace)).metadata;
                expect(await killed().pending()).to.include(`deleting ${name}`);
                await killed().setFinalizers(kind, `${name}-${old}`, []);
                await killed().mustLine(commands.removeLock, []);
                const { steps } = await killed().declared.mustRun("up", renamed(next));
                expect(operationsOn(steps, name)).to.have.members(["same", "delete-replaced"]);
                expect((await killed().kubectl.get(kind, `${name}-${next}`, namespace)).metadata.uid).to.equal(uid);
                expect(await killed().find(kind, `${name}-${old}`)).to.equal(undefined);
                expect(await killed().pending()).to.deep.equal([]);
            });
        }

        it("is destroyed without leftovers", async () => {
            await killed().declared.mustRun("destroy", []);
            expect(await killed().kubectl.list("authorizationpolicy", namespace)).to.deep.equal([]);
            expect(await killed().kubectl.list("peerauthentication", namespace)).to.deep.equal([]);
        });
    });
}

function describePatching(killed: () => KilledStack): void {
    describe("that patched a Deployment", () => {
        const envFrom = (object: ClusterObject | undefined): unknown =>
            object?.spec?.template?.spec.containers[0]?.["envFrom"];

        before(async () => {
            await killed().kubectl.apply(patched);
            await killed().kubectl.run("create", "secret", "generic", "content", "-n", namespace);
        });

        it("can run again: a patch does not need to adopt the object", async () => {
            const isPatched = (object: ClusterObject | undefined): boolean => envFrom(object) !== undefined;
            await killed().killWhen("up", ["deployment", "patched"], isPatched, patches);
            expect(await killed().pending()).to.deep.equal(["creating environment"]);
            await killed().mustLine(commands.removeLock, []);
            await killed().declared.mustRun("up", patches);
            expect(envFrom(await killed().find("deployment", "patched"))).to.deep.equal(reference);
        });

        it("keeps the fields under its own field manager, so that a later destroy leaves them in place", async () => {
            const object = await killed().kubectl.get("deployment", "patched", namespace);
            const owners = object.metadata.managedFields!.filter(({ manager }) =>
                manager.startsWith("pulumi-kubernetes-"),
            );
            expect(owners).to.have.length(2);
            await killed().declared.mustRun("destroy", []);
            expect(envFrom(await killed().find("deployment", "patched"))).to.deep.equal(reference);
            expect((await killed().kubectl.get("configmap", "flag", namespace))["data"]).to.equal(undefined);
        });
    });
}
