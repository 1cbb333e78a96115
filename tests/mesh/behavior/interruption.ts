/** Runs that are killed half-way: what they leave, and what the next run does. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { Declared } from "../declaredStack";
import { eventually } from "../eventually";
import type { ClusterObject } from "../kubectl";
import { recover } from "../recovery";
import { operationsOn } from "../steps";
import { forever, podTemplate, runId } from "./declarations";
import { commands, finalizer, isBeingDeleted, isThere, KilledStack } from "./killedStack";

const namespace = `behavior-interruption-${runId}`;

/** A readiness gate that keeps the pods unready, so that a run waits until it is killed. */
const gate = "example.com/open";

function workload({ replicas = 1, step = "first", timeoutSeconds = 600 } = {}): Declared {
    const template = podTemplate(forever, { app: "workload", step }, { readinessGates: [{ conditionType: gate }] });
    const annotations = { "pulumi.com/timeoutSeconds": String(timeoutSeconds) };
    return {
        name: "workload",
        type: "kubernetes.apps.v1.Deployment",
        args: {
            metadata: { name: "workload", namespace, annotations },
            spec: { replicas, selector: { matchLabels: { app: "workload" } }, template },
        },
    };
}

export function describeInterruption(cluster: () => Cluster): void {
    describe("a killed run", function () {
        this.timeout("5m");
        let killed: KilledStack;

        before(async () => {
            killed = await KilledStack.open(cluster(), `interruption-${runId}`, namespace);
        });

        afterEach(() => killed.endChildren());

        after(() => killed.close());

        describeCreation(() => killed);
        describeUnreadyCreation(() => killed);
        describeUpdateAndDeletion(() => killed);
        describeRecovery(() => killed);
    });
}

function describeCreation(killed: () => KilledStack): void {
    describe("that created an object", () => {
        let uid: string;

        it("leaves the object outside the state, a pending operation, and a lock", async () => {
            await killed().killWhen("up", ["deployment", "workload"], isThere, [workload()]);
            uid = (await killed().kubectl.get("deployment", "workload", namespace)).metadata.uid;
            const { resources = [] } = await killed().declared.stack.export();
            expect(resources.map(({ type }) => type)).not.to.include("kubernetes:apps/v1:Deployment");
            expect(await killed().pending()).to.deep.equal(["creating workload"]);
            const next = await killed().declared.run("up", [workload()]);
            expect(next.exitCode).not.to.equal(0);
            expect(next.stdout + next.stderr).to.match(/the stack is currently locked/);
        });

        it("is not recovered by a destroy, which leaves the object", async () => {
            await killed().mustLine(commands.removeLock, [workload()]);
            await killed().declared.mustRun("destroy", [workload()]);
            expect((await killed().find("deployment", "workload"))?.metadata.uid).to.equal(uid);
            expect(await killed().pending()).to.deep.equal(["creating workload"]);
        });

        it("makes the next run warn, and fail because the object already exists", async () => {
            const next = await killed().declared.run("up", [workload()]);
            expect(next.exitCode).not.to.equal(0);
            expect(next.stdout + next.stderr).to.include('deployments.apps "workload" already exists');
            expect(next.diagnostics.map(({ message }) => message).join("\n")).to.match(
                /with 1 pending operations[^]*::workload, interrupted while creating/,
            );
        });

        it("leaves an object that a changed program cannot adopt: pulumi-kubernetes owns its fields", async () => {
            const next = await killed().line(commands.adopt, [workload({ replicas: 2 })]);
            expect(next.exitCode).not.to.equal(0);
            expect(next.stdout + next.stderr).to.match(/conflict with "pulumi-kubernetes"[^]*\.spec\.replicas/);
            expect((await killed().find("deployment", "workload"))?.spec).to.include({ replicas: 1 });
        });

        it("leaves an object that upsertExistingObjects adopts, and a refresh clears the pending operation", async () => {
            await openGate(killed(), "first");
            await killed().mustLine(commands.adopt, [workload()]);
            expect((await killed().kubectl.get("deployment", "workload", namespace)).metadata.uid).to.equal(uid);
            expect(await killed().pending()).to.deep.equal(["creating workload"]);
            await killed().mustLine(commands.forgetPending, [workload()]);
            expect(await killed().pending()).to.deep.equal([]);
            await killed().declared.mustRun("preview", [workload()], ["--expect-no-changes"]);
        });

        it("leaves an object that, once adopted, is updated and destroyed like any other", async () => {
            await killed().declared.mustRun("up", [workload({ replicas: 0 })]);
            expect((await killed().kubectl.get("deployment", "workload", namespace)).spec).to.include({
                replicas: 0,
            });
            await killed().declared.mustRun("destroy", []);
            expect(await killed().find("deployment", "workload")).to.equal(undefined);
        });
    });
}

function describeUnreadyCreation(killed: () => KilledStack): void {
    describe("that created an object that does not become ready", () => {
        const impatient = [workload({ timeoutSeconds: 6 })];

        it("makes the recovery fail, but the object is in the state, and a destroy deletes it", async () => {
            await killed().killWhen("up", ["deployment", "workload"], isThere, impatient);
            await killed().mustLine(commands.removeLock, impatient);
            const { exitCode, stdout, stderr } = await killed().line(commands.adopt, impatient);
            expect(exitCode, stdout + stderr).not.to.equal(0);
            expect(stdout + stderr).to.match(/'?workload'? timed out waiting to be Ready/);
            await killed().mustLine(commands.forgetPending, impatient);
            expect(await killed().pending()).to.deep.equal([]);
            await killed().declared.mustRun("destroy", impatient);
            expect(await killed().find("deployment", "workload")).to.equal(undefined);
        });
    });
}

function describeUpdateAndDeletion(killed: () => KilledStack): void {
    describe("that changed or deleted an object", () => {
        it("can run again after an interrupted update, without adopting the object", async () => {
            const before = [workload({ step: "second" })];
            const after = [workload({ step: "third" })];
            await Promise.all([killed().declared.mustRun("up", before), openGate(killed(), "second")]);
            const isUpdated = (object: ClusterObject | undefined): boolean =>
                JSON.stringify(object?.spec).includes('"step":"third"');
            await killed().killWhen("up", ["deployment", "workload"], isUpdated, after);
            expect(await killed().pending()).to.deep.equal(["updating workload"]);
            await killed().mustLine(commands.removeLock, []);
            await openGate(killed(), "third");
            const { steps } = await killed().declared.mustRun("up", after);
            expect(operationsOn(steps, "workload")).to.deep.equal(["update"]);
            expect(await killed().pending()).to.deep.equal([]);
            await killed().declared.mustRun("preview", after, ["--refresh", "--expect-no-changes"]);
        });

        it("can run again after an interrupted deletion, also if the object is already gone", async () => {
            await killed().setFinalizers("deployment", "workload", [finalizer]);
            await killed().killWhen("destroy", ["deployment", "workload"], isBeingDeleted, []);
            expect(await killed().pending()).to.deep.equal(["deleting workload"]);
            await killed().setFinalizers("deployment", "workload", []);
            await eventually(
                "the object is gone",
                () => killed().find("deployment", "workload"),
                (object) => object === undefined,
            );
            await recover(killed().declared.stack, "destroy");
            expect(await killed().pending()).to.deep.equal([]);
            expect(await killed().declared.stack.hasResources()).to.equal(false);
        });
    });
}

function describeRecovery(killed: () => KilledStack): void {
    describe("that is killed a second time while it is recovered", () => {
        const resources = [workload({ step: "fourth" })];

        it("is recovered by the same commands", async () => {
            await killed().killWhen("up", ["deployment", "workload"], isThere, resources);
            await killed().endChildren();
            await killed().mustLine(commands.removeLock, []);
            const { uid } = (await killed().kubectl.get("deployment", "workload", namespace)).metadata;
            const isAdopted = (object: ClusterObject | undefined): boolean =>
                object?.metadata.managedFields?.some(({ manager }) => /^pulumi-kubernetes-./.test(manager)) === true;
            await killed().declared.stack.setConfig("kubernetes:upsertExistingObjects", "true");
            await killed().killWhen("up", ["deployment", "workload"], isAdopted, resources);
            const removed = await killed().declared.stack.pulumi(["config", "rm", "kubernetes:upsertExistingObjects"]);
            expect(removed.exitCode).to.equal(0);
            killed().declared.declare(resources);
            await openGate(killed(), "fourth");
            await recover(killed().declared.stack, "up");
            expect((await killed().kubectl.get("deployment", "workload", namespace)).metadata.uid).to.equal(uid);
            expect(await killed().pending()).to.deep.equal([]);
        });

        it("keeps owning its fields: a later change conflicts with it and needs PULUMI_K8S_ENABLE_PATCH_FORCE", async () => {
            const conflict = await killed().declared.run("up", [workload({ replicas: 0, step: "fourth" })]);
            expect(conflict.exitCode).not.to.equal(0);
            expect(conflict.stdout + conflict.stderr).to.match(/conflict with "pulumi-kubernetes-\w+"/);
            const forced = await killed().line(`PULUMI_K8S_ENABLE_PATCH_FORCE=true pulumi up --yes`, [
                workload({ replicas: 0, step: "fourth" }),
            ]);
            expect(forced.exitCode, forced.stdout + forced.stderr).to.equal(0);
            expect((await killed().kubectl.get("deployment", "workload", namespace)).spec).to.include({
                replicas: 0,
            });
            await killed().declared.mustRun("destroy", []);
            expect(await killed().find("deployment", "workload")).to.equal(undefined);
        });
    });
}

/** Makes the pods of a step ready. */
async function openGate(killed: KilledStack, step: string): Promise<void> {
    const selected = ["pod", "-n", namespace, "-l", `step=${step}`, "-o", "name"];
    const pods = await eventually(
        `pods of step ${step}`,
        async () => (await killed.kubectl.run("get", ...selected)).split("\n").filter((name) => name !== ""),
        (names) => names.length > 0,
    );
    const status = { conditions: [{ type: gate, status: "True" }] };
    const patch = ["-n", namespace, "--subresource=status", "-p", JSON.stringify({ status })];
    await killed.kubectl.run("patch", ...pods, ...patch);
}
