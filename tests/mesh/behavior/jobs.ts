/**
 * What a run reports about a failed Job, and what the next run does with failed and completed Jobs. The termination message
 * of a container is among the reasons of the failed run: provider/pkg/await/job.go collects the problems of the pods while
 * it waits.
 */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { StackResult } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { inNamespace, namespaceNamed, podTemplate, runId } from "./declarations";

const namespace = `behavior-jobs-${runId}`;

function job(name: string, script: string, { annotations = {}, container = {}, spec = {} } = {}): Declared {
    const template = podTemplate(["sh", "-c", script], { app: name }, { restartPolicy: "Never" }, container);
    return {
        name,
        type: "kubernetes.batch.v1.Job",
        args: { metadata: { name, annotations }, spec: { backoffLimit: 0, template, ...spec } },
    };
}

/** Without it, resources that have not started when the first one fails never start. */
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
    job("silent", "echo 'only in the log'; exit 3"),
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

/** The Job of the same name in a version that succeeds. */
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

        /** The reasons that a run reports for a Job, in order. */
        const reasonsFor = ({ diagnostics }: StackResult, name: string): string[] => {
            const about = diagnostics.filter(({ urn = "" }) => urn.endsWith(`::${name}`));
            return about.flatMap(({ message }) => message.split(/^\s*\* /m).slice(1)).map((reason) => reason.trim());
        };
        const gaveUp = "[BackoffLimitExceeded] Job has reached the specified backoff limit";

        it("the termination message of a container is among the reasons, before the condition of the Job", () => {
            const reasons = reasonsFor(failed, "written");
            expect(reasons[0]).to.match(/Resource 'written' was created but failed to initialize$/);
            expect(reasons.at(-2)).to.match(/^\[Pod .*\/written-\w+\]: \[Error\] port 8443 answers in plaintext$/);
            expect(reasons.at(-1)).to.equal(gaveUp);
        });

        it("with FallbackToLogsOnError the last lines of the container's log are among the reasons", () => {
            expect(reasonsFor(failed, "logged").at(-2)).to.match(/: \[Error\] the certificate of alice has expired$/);
        });

        it("without termination message and FallbackToLogsOnError the reason is only the exit code", () => {
            const reasons = reasonsFor(failed, "silent");
            expect(reasons.at(-2)).to.match(/: container "main" completed with exit code 3$/);
            expect(reasons.join("\n")).not.to.include("only in the log");
        });

        it("an exceeded activeDeadlineSeconds is among the reasons", () => {
            const reason = "[DeadlineExceeded] Job was active longer than specified deadline";
            expect(reasonsFor(failed, "late").at(-1)).to.equal(reason);
        });

        it("a refresh reports the same reasons for a failed Job, and succeeds", async () => {
            const refreshed = await stack.mustRun("refresh", [...done, ...failing]);
            expect(reasonsFor(refreshed, "written").slice(0, 2)).to.deep.equal([
                "Resource 'written' was created but failed to initialize",
                gaveUp,
            ]);
            expect(reasonsFor(refreshed, "written")[2]).to.match(/: \[Error\] port 8443 answers in plaintext$/);
        });

        it("the next run waits for a failed Job again and fails immediately; with replaceUnready it replaces the Job", async () => {
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

        it("a run waits until the timeout for a Job that its pod failure policy has failed", async () => {
            const { status } = await kubectl.get("job", "by-policy", namespace);
            expect(JSON.stringify(status)).to.include('"reason":"PodFailurePolicy"');
            const reasons = reasonsFor(again, "by-policy");
            expect(reasons[0]).to.match(/'by-policy' timed out waiting to be Ready$/);
            expect(reasons.at(-1)).to.match(/: \[Error\] the policy says so$/);
        });

        it("a completed Job neither runs again nor shows changes, with or without a refresh", async () => {
            const { uid } = (await kubectl.get("job", "done", namespace)).metadata;
            const resources = [...done, ...repaired];
            await stack.mustRun("up", resources);
            const { steps } = await stack.mustRun("up", resources, ["--refresh", "--expect-no-changes"]);
            expect(changed(steps)).to.deep.equal([]);
            expect((await kubectl.get("job", "done", namespace)).metadata.uid).to.equal(uid);
        });

        it("a Job that was deleted, as by its TTL, runs again after a refresh", async () => {
            await kubectl.run("delete", "job", "done", "-n", namespace);
            const { steps } = await stack.mustRun("preview", [...done, ...repaired], ["--refresh"]);
            expect(operationsOn(steps, "done")).to.include("create");
        });

        it("destroy deletes all Jobs", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
