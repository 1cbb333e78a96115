/**
 * The annotation pulumi.com/waitFor (pulumi-kubernetes 4.18.0 and newer) on a custom resource. The tests set its status:
 * no controller writes the status of a PeerAuthentication.
 */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { ResourceState, StackResult } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { eventually } from "../eventually";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { inNamespace, namespaceNamed, runId } from "./declarations";

const namespace = `behavior-wait-for-${runId}`;

function waiting(name: string, waitFor: string, mode = "STRICT", annotations: object = {}): Declared[] {
    return inNamespace(namespace, {
        name,
        type: "kubernetes.apiextensions.CustomResource",
        args: {
            apiVersion: "security.istio.io/v1",
            kind: "PeerAuthentication",
            metadata: { name, annotations: { "pulumi.com/waitFor": waitFor, ...annotations } },
            // Each has a selector, because a namespace can have only one PeerAuthentication without.
            spec: { selector: { matchLabels: { app: name } }, mtls: { mode } },
        },
    });
}

const first = [namespaceNamed(namespace), ...waiting("one", "condition=Ready")];
const second = [namespaceNamed(namespace), ...waiting("one", "condition=Ready", "PERMISSIVE")];
const impatient = { "pulumi.com/timeoutSeconds": "4" };
const late = [...second, ...waiting("late", "condition=Ready", "STRICT", impatient)];

/** Long enough for a run to proceed if it did not wait. */
const whileMilliseconds = 2500;

interface Suite {
    readonly kubectl: Kubectl;
    readonly stack: DeclaredStack;
}

export function describeWaitFor(cluster: () => Cluster): void {
    describe("waiting for an annotated condition", function () {
        this.timeout("2m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `wait-for-${runId}`);
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        const suite = (): Suite => ({ kubectl, stack });
        describeConditions(suite);
        describeFailures(suite);
    });
}

function describeConditions(suite: () => Suite): void {
    it("a create ends when the condition is true, not when it exists, and its outputs include the status", async () => {
        const { kubectl, stack } = suite();
        const run = stack.run("up", first);
        await isThere(kubectl, "one", 1);
        await setConditions(kubectl, "one", { Ready: "False" });
        await stillRuns(run);
        await setConditions(kubectl, "one", { Ready: "True" }, 1);
        await ended(run);
        expect(JSON.stringify((await stateOf(stack, "one"))?.outputs?.["status"])).to.include('"status":"True"');
    });

    it("later runs and refreshes change nothing and do not wait, even if the condition is false again", async () => {
        const { kubectl, stack } = suite();
        await stack.mustRun("preview", first, ["--expect-no-changes"]);
        await setConditions(kubectl, "one", { Ready: "False" }, 1);
        const { steps } = await stack.mustRun("up", first, ["--refresh"]);
        expect(changed(steps)).to.deep.equal([]);
    });

    it("an update waits, too: a condition of an earlier generation does not count", async () => {
        const { kubectl, stack } = suite();
        await setConditions(kubectl, "one", { Ready: "True" }, 1);
        await stack.mustRun("preview", second);
        const run = stack.run("up", second);
        await isThere(kubectl, "one", 2);
        await stillRuns(run);
        await setConditions(kubectl, "one", { Ready: "True" }, 2);
        const { steps } = await ended(run);
        expect(operationsOn(steps, "one")).to.deep.equal(["update"]);
    });

    it("a list of conditions waits for all of them, each with its own status", async () => {
        const { kubectl, stack } = suite();
        const both = [...second, ...waiting("both", '["condition=Ready", "condition=Reconciling=False"]')];
        const run = stack.run("up", both);
        await isThere(kubectl, "both", 1);
        await setConditions(kubectl, "both", { Ready: "True", Reconciling: "True" });
        await stillRuns(run);
        await setConditions(kubectl, "both", { Ready: "True", Reconciling: "False" });
        await ended(run);
    });

    it("skipAwait skips the wait", async () => {
        const { stack } = suite();
        const skipped = waiting("skipped", "condition=Ready", "STRICT", { "pulumi.com/skipAwait": "true" });
        await stack.mustRun("up", [...second, ...skipped]);
    });
}

function describeFailures(suite: () => Suite): void {
    it("a create whose condition does not become true before the timeout fails, and the object is in the stack", async () => {
        const { stack } = suite();
        const { exitCode, steps, stdout, stderr } = await stack.run("up", late);
        expect(exitCode).not.to.equal(0);
        expect(stepOn(steps, "late", "create").failed).to.equal(true);
        expect(stdout + stderr).to.match(
            /failed to fully initialize or become live: timed out waiting for the condition/,
        );
        expect(await stateOf(stack, "late")).not.to.equal(undefined);
    });

    it("the next run waits again, although nothing has changed", async () => {
        const { kubectl, stack } = suite();
        const preview = await stack.mustRun("preview", late);
        expect(operationsOn(preview.steps, "late")).to.deep.equal(["update"]);
        const failing = await stack.run("up", late);
        expect(failing.exitCode).not.to.equal(0);
        expect(failing.stdout + failing.stderr).to.include("timed out waiting for the condition");
        await setConditions(kubectl, "late", { Ready: "True" });
        const { steps } = await stack.mustRun("up", late);
        expect(operationsOn(steps, "late")).to.deep.equal(["update"]);
        await stack.mustRun("preview", late, ["--expect-no-changes"]);
    });

    it("a refresh ignores the condition: after it the object counts as ready", async () => {
        const { stack } = suite();
        const later = [...late, ...waiting("later", "condition=Ready", "STRICT", impatient)];
        expect((await stack.run("up", later)).exitCode).not.to.equal(0);
        await stack.mustRun("refresh", later);
        await stack.mustRun("preview", later, ["--expect-no-changes"]);
    });

    it("an invalid condition fails only after the object is created, and the object is not in the stack", async () => {
        const { kubectl, stack } = suite();
        const wrong = [...second, ...waiting("wrong", "Ready")];
        const { exitCode, stdout, stderr } = await stack.run("up", wrong);
        expect(exitCode).not.to.equal(0);
        expect(stdout + stderr).to.include('expected a "jsonpath=" or "condition=" prefix, got "Ready"');
        expect(await generation(kubectl, "wrong")).to.equal(1);
        expect(await stateOf(stack, "wrong")).to.equal(undefined);
    });

    it("destroy deletes all objects", async () => {
        const { kubectl, stack } = suite();
        await stack.mustRun("destroy", []);
        expect(await kubectl.exists("namespace", namespace)).to.equal(false);
    });
}

async function setConditions(
    kubectl: Kubectl,
    name: string,
    conditions: Readonly<Record<string, string>>,
    observed?: number,
): Promise<void> {
    const list = Object.entries(conditions).map(([type, status]) => ({
        type,
        status,
        ...(observed === undefined ? {} : { observedGeneration: observed }),
    }));
    const patch = JSON.stringify({ status: { conditions: list } });
    const object = ["peerauthentication", name, "-n", namespace];
    await kubectl.run("patch", ...object, "--subresource=status", "--type=merge", "-p", patch);
}

async function generation(kubectl: Kubectl, name: string): Promise<unknown> {
    const objects = await kubectl.list("peerauthentication", namespace).catch(() => []);
    const found = objects.find(({ metadata }) => metadata.name === name);
    return (found?.metadata as { generation?: number } | undefined)?.generation;
}

function isThere(kubectl: Kubectl, name: string, wanted: number): Promise<unknown> {
    return eventually(
        `generation ${wanted} of ${name}`,
        () => generation(kubectl, name),
        (seen) => seen === wanted,
    );
}

async function stateOf(stack: DeclaredStack, name: string): Promise<ResourceState | undefined> {
    return (await stack.stack.export()).resources?.find(({ urn }) => urn.endsWith(`::${name}`));
}

/** Fails if the run ends. */
async function stillRuns(run: Promise<StackResult>): Promise<void> {
    const result = await Promise.race([run, delay(whileMilliseconds)]);
    expect(result?.stdout).to.equal(undefined);
}

async function ended(run: Promise<StackResult>): Promise<StackResult> {
    const result = await run;
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    return result;
}
