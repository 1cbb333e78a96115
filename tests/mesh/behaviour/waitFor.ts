/**
 * The annotation pulumi.com/waitFor (pulumi-kubernetes 4.18.0 and newer) on a custom resource. Its status is what the tests
 * say: nobody else writes one to a PeerAuthentication.
 */
import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../../../lab/cluster";
import type { ResourceState, StackResult } from "../../../lab/toolchain/stack";
import { Declared, DeclaredStack, declaredStack } from "../declaredStack";
import { eventually } from "../eventually";
import { Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { inNamespace, namespaceNamed, runId } from "./declarations";

const namespace = `behaviour-wait-for-${runId}`;

function waiting(name: string, waitFor: string, mode = "STRICT", annotations: object = {}): Declared[] {
    return inNamespace(namespace, {
        name,
        type: "kubernetes.apiextensions.CustomResource",
        args: {
            apiVersion: "security.istio.io/v1",
            kind: "PeerAuthentication",
            metadata: { name, annotations: { "pulumi.com/waitFor": waitFor, ...annotations } },
            // one with a selector for each, since a namespace can have only one without
            spec: { selector: { matchLabels: { app: name } }, mtls: { mode } },
        },
    });
}

/** Long enough for a run to get on if it did not wait. */
const whileMilliseconds = 2500;

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

        const setConditions = async (
            name: string,
            conditions: Readonly<Record<string, string>>,
            generation?: number,
        ) => {
            const list = Object.entries(conditions).map(([type, status]) => ({
                type,
                status,
                ...(generation === undefined ? {} : { observedGeneration: generation }),
            }));
            const patch = JSON.stringify({ status: { conditions: list } });
            const object = ["peerauthentication", name, "-n", namespace];
            await kubectl.run("patch", ...object, "--subresource=status", "--type=merge", "-p", patch);
        };
        const generation = async (name: string): Promise<unknown> => {
            const objects = await kubectl.list("peerauthentication", namespace).catch(() => []);
            const found = objects.find(({ metadata }) => metadata.name === name);
            return (found?.metadata as { generation?: number } | undefined)?.generation;
        };
        const isThere = (name: string, wanted: number) =>
            eventually(
                `generation ${wanted} of ${name}`,
                () => generation(name),
                (seen) => seen === wanted,
            );
        const stateOf = async (name: string): Promise<ResourceState | undefined> =>
            (await stack.stack.export()).resources?.find(({ urn }) => urn.endsWith(`::${name}`));
        /** Fails if the run ends by itself. */
        const stillRuns = async (run: Promise<StackResult>): Promise<void> => {
            const ended = await Promise.race([run, delay(whileMilliseconds)]);
            expect(ended?.stdout).to.equal(undefined);
        };
        const ended = async (run: Promise<StackResult>): Promise<StackResult> => {
            const result = await run;
            expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
            return result;
        };

        const first = [namespaceNamed(namespace), ...waiting("one", "condition=Ready")];
        const second = [namespaceNamed(namespace), ...waiting("one", "condition=Ready", "PERMISSIVE")];

        it("a create ends when the condition is true, not when it is there, and has the status in its outputs", async () => {
            const run = stack.run("up", first);
            await isThere("one", 1);
            await setConditions("one", { Ready: "False" });
            await stillRuns(run);
            await setConditions("one", { Ready: "True" }, 1);
            await ended(run);
            expect(JSON.stringify((await stateOf("one"))?.outputs?.["status"])).to.include('"status":"True"');
        });

        it("later runs and refreshes change nothing and wait for nothing, whatever the condition has become", async () => {
            await stack.mustRun("preview", first, ["--expect-no-changes"]);
            await setConditions("one", { Ready: "False" }, 1);
            const { steps } = await stack.mustRun("up", first, ["--refresh"]);
            expect(changed(steps)).to.deep.equal([]);
        });

        it("an update waits as well: what the condition said of an earlier generation does not count", async () => {
            await setConditions("one", { Ready: "True" }, 1);
            await stack.mustRun("preview", second);
            const run = stack.run("up", second);
            await isThere("one", 2);
            await stillRuns(run);
            await setConditions("one", { Ready: "True" }, 2);
            const { steps } = await ended(run);
            expect(operationsOn(steps, "one")).to.deep.equal(["update"]);
        });

        it("of a list of conditions all are waited for, each for its own status", async () => {
            const both = [...second, ...waiting("both", '["condition=Ready", "condition=Reconciling=False"]')];
            const run = stack.run("up", both);
            await isThere("both", 1);
            await setConditions("both", { Ready: "True", Reconciling: "True" });
            await stillRuns(run);
            await setConditions("both", { Ready: "True", Reconciling: "False" });
            await ended(run);
        });

        it("with skipAwait nothing is waited for", async () => {
            const skipped = waiting("skipped", "condition=Ready", "STRICT", { "pulumi.com/skipAwait": "true" });
            await stack.mustRun("up", [...second, ...skipped]);
        });

        const impatient = { "pulumi.com/timeoutSeconds": "4" };
        const late = [...second, ...waiting("late", "condition=Ready", "STRICT", impatient)];

        it("when it does not come in time a create fails, and the object is in the stack", async () => {
            const { exitCode, steps, stdout, stderr } = await stack.run("up", late);
            expect(exitCode).not.to.equal(0);
            expect(stepOn(steps, "late", "create").failed).to.equal(true);
            expect(stdout + stderr).to.match(
                /failed to fully initialize or become live: timed out waiting for the condition/,
            );
            expect(await stateOf("late")).not.to.equal(undefined);
        });

        it("the run after that waits again, though nothing has changed", async () => {
            const preview = await stack.mustRun("preview", late);
            expect(operationsOn(preview.steps, "late")).to.deep.equal(["update"]);
            const failing = await stack.run("up", late);
            expect(failing.exitCode).not.to.equal(0);
            expect(failing.stdout + failing.stderr).to.include("timed out waiting for the condition");
            await setConditions("late", { Ready: "True" });
            const { steps } = await stack.mustRun("up", late);
            expect(operationsOn(steps, "late")).to.deep.equal(["update"]);
            await stack.mustRun("preview", late, ["--expect-no-changes"]);
        });

        it("a refresh does not look at the condition: after it the object counts as there", async () => {
            const later = [...late, ...waiting("later", "condition=Ready", "STRICT", impatient)];
            expect((await stack.run("up", later)).exitCode).not.to.equal(0);
            await stack.mustRun("refresh", later);
            await stack.mustRun("preview", later, ["--expect-no-changes"]);
        });

        it("what is no condition is refused after the object is made, which the stack then does not know", async () => {
            const wrong = [...second, ...waiting("wrong", "Ready")];
            const { exitCode, stdout, stderr } = await stack.run("up", wrong);
            expect(exitCode).not.to.equal(0);
            expect(stdout + stderr).to.include('expected a "jsonpath=" or "condition=" prefix, got "Ready"');
            expect(await generation("wrong")).to.equal(1);
            expect(await stateOf("wrong")).to.equal(undefined);
        });

        it("all of it is destroyed", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
