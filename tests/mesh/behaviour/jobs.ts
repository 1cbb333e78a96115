/**
 * What a failed Job says, and what the next run makes of it and of one that is done. A sentence that its container leaves as
 * its termination message stands among the reasons for which the run fails: provider/pkg/await/job.go collects what is
 * wrong with the pods while it waits.
 */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { StackResult } from "../../../lab/toolchain/stack";
import { Declared, DeclaredStack, declaredStack } from "../declaredStack";
import { Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { inNamespace, namespaceNamed, podTemplate, runId } from "./declarations";

const namespace = `behaviour-jobs-${runId}`;

function job(name: string, script: string, { annotations = {}, container = {}, spec = {} } = {}): Declared {
    const template = podTemplate(["sh", "-c", script], { app: name }, { restartPolicy: "Never" }, container);
    return {
        name,
        type: "kubernetes.batch.v1.Job",
        args: { metadata: { name, annotations }, spec: { backoffLimit: 0, template, ...spec } },
    };
}

/** Otherwise what has not begun when the first one fails never begins. */
const toTheEnd = ["--continue-on-error"];

const fromLogs = { terminationMessagePolicy: "FallbackToLogsOnError" };

const failsOnExitCode = (exitCode: number): object => ({
    podFailurePolicy: {
        rules: [{ action: "FailJob", onExitCodes: { containerName: "main", operator: "In", values: [exitCode] } }],
    },
});

const done = [namespaceNamed(namespace), ...inNamespace(namespace, job("done", "true"))];

const failing = inNamespace(
    namespace,
    job("written", "echo 'port 8443 answers in plaintext' > /dev/termination-log; exit 1"),
    job("logged", "echo 'the certificate of alice has expired'; exit 1", { container: fromLogs }),
    job("silent", "echo 'nobody reads this'; exit 3"),
    job("late", "sleep 60", { spec: { activeDeadlineSeconds: 1 } }),
    job("replaceable", "exit 7", { annotations: { "pulumi.com/replaceUnready": "true" } }),
);

const byPolicy = (annotations: object): Declared[] =>
    inNamespace(
        namespace,
        job("by-policy", "echo 'the policy says so' > /dev/termination-log; exit 42", {
            annotations,
            spec: failsOnExitCode(42),
        }),
    );

/** The same under the same name, but it succeeds. */
const repaired = inNamespace(
    namespace,
    job("replaceable", "exit 0", { annotations: { "pulumi.com/replaceUnready": "true" } }),
);

export function describeJobs(cluster: () => Cluster): void {
    describe("Jobs", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;
        let failed: StackResult;
        let again: StackResult;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `jobs-${runId}`);
            failed = await stack.run("up", [...done, ...failing, ...byPolicy({ "pulumi.com/skipAwait": "true" })]);
            expect(failed.exitCode).not.to.equal(0);
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        /** The reasons that a run gives for a Job, in their order. */
        const reasonsFor = ({ diagnostics }: StackResult, name: string): string[] => {
            const about = diagnostics.filter(({ urn = "" }) => urn.endsWith(`::${name}`));
            return about.flatMap(({ message }) => message.split(/^\s*\* /m).slice(1)).map((reason) => reason.trim());
        };
        const gaveUp = "[BackoffLimitExceeded] Job has reached the specified backoff limit";

        it("what a container wrote to its termination log is among the reasons, before why the Job gave up", () => {
            const reasons = reasonsFor(failed, "written");
            expect(reasons[0]).to.match(/Resource 'written' was created but failed to initialize$/);
            expect(reasons.at(-2)).to.match(/^\[Pod .*\/written-\w+\]: \[Error\] port 8443 answers in plaintext$/);
            expect(reasons.at(-1)).to.equal(gaveUp);
        });

        it("with FallbackToLogsOnError so are the last lines of its log", () => {
            expect(reasonsFor(failed, "logged").at(-2)).to.match(/: \[Error\] the certificate of alice has expired$/);
        });

        it("without either it is the exit code alone", () => {
            const reasons = reasonsFor(failed, "silent");
            expect(reasons.at(-2)).to.match(/: container "main" completed with exit code 3$/);
            expect(reasons.join("\n")).not.to.include("nobody reads this");
        });

        it("a deadline of its own is a reason too", () => {
            const reason = "[DeadlineExceeded] Job was active longer than specified deadline";
            expect(reasonsFor(failed, "late").at(-1)).to.equal(reason);
        });

        it("a refresh says the same of a failed Job, and is no failure", async () => {
            const refreshed = await stack.mustRun("refresh", [...done, ...failing]);
            expect(reasonsFor(refreshed, "written").slice(0, 2)).to.deep.equal([
                "Resource 'written' was created but failed to initialize",
                gaveUp,
            ]);
            expect(reasonsFor(refreshed, "written")[2]).to.match(/: \[Error\] port 8443 answers in plaintext$/);
        });

        it("the next run waits for it again, and fails at once; with replaceUnready it runs another one", async () => {
            const preview = await stack.mustRun("preview", [...done, ...failing]);
            expect(operationsOn(preview.steps, "written")).to.deep.equal(["update"]);
            expect(stepOn(preview.steps, "replaceable", "replace").replacesFor.join()).to.include("replaceUnready");
            const silent = failing.filter(({ name }) => name === "silent");
            const waited = byPolicy({ "pulumi.com/timeoutSeconds": "4" });
            again = await stack.run("up", [...done, ...silent, ...repaired, ...waited], toTheEnd);
            expect(again.exitCode).not.to.equal(0);
            expect(stepOn(again.steps, "silent", "update").failed).to.equal(true);
            expect(reasonsFor(again, "silent")).to.include(gaveUp);
            expect(stepOn(again.steps, "replaceable", "replace").failed).to.equal(false);
        });

        it("one that its failure policy has failed is waited for until the time is up", async () => {
            const { status } = await kubectl.get("job", "by-policy", namespace);
            expect(JSON.stringify(status)).to.include('"reason":"PodFailurePolicy"');
            const reasons = reasonsFor(again, "by-policy");
            expect(reasons[0]).to.match(/'by-policy' timed out waiting to be Ready$/);
            expect(reasons.at(-1)).to.match(/: \[Error\] the policy says so$/);
        });

        it("one that is done is neither run again nor seen as changed, with a refresh or without", async () => {
            const { uid } = (await kubectl.get("job", "done", namespace)).metadata;
            const resources = [...done, ...repaired];
            await stack.mustRun("up", resources);
            const { steps } = await stack.mustRun("up", resources, ["--refresh", "--expect-no-changes"]);
            expect(changed(steps)).to.deep.equal([]);
            expect((await kubectl.get("job", "done", namespace)).metadata.uid).to.equal(uid);
        });

        it("one that is taken away, as by its time to live, is run again after a refresh", async () => {
            await kubectl.run("delete", "job", "done", "-n", namespace);
            const { steps } = await stack.mustRun("preview", [...done, ...repaired], ["--refresh"]);
            expect(operationsOn(steps, "done")).to.include("create");
        });

        it("all of them are destroyed", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
