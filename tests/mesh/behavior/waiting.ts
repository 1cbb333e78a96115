/** What the engine waits for before a resource counts as ready, and what it reports after a timeout. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { stepOn } from "../steps";
import { forever, inNamespace, namespaceNamed, podTemplate, runId } from "./declarations";

const namespace = `behavior-waiting-${runId}`;
/** Longer than a container takes to fail, and short enough for a test. */
const impatient = { "pulumi.com/timeoutSeconds": "8" };

function deployment(name: string, command: readonly string[], annotations: object = {}): Declared {
    return {
        name,
        type: "kubernetes.apps.v1.Deployment",
        args: {
            metadata: { name, annotations },
            spec: { selector: { matchLabels: { app: name } }, template: podTemplate(command, { app: name }) },
        },
    };
}

const job: Declared = {
    name: "done",
    type: "kubernetes.batch.v1.Job",
    args: {
        metadata: { name: "done" },
        spec: { backoffLimit: 0, template: podTemplate(["true"], { app: "done" }, { restartPolicy: "Never" }) },
    },
};

/** A Service whose endpoint is ready only when its pod is. */
const service: Declared = {
    name: "service",
    type: "kubernetes.core.v1.Service",
    args: { metadata: { name: "service" }, spec: { selector: { app: "good" }, ports: [{ port: 80 }] } },
};

const good = [namespaceNamed(namespace), ...inNamespace(namespace, deployment("good", forever), job, service)];
const bad = inNamespace(
    namespace,
    deployment("broken", ["no-such-command"], impatient),
    deployment("unattended", ["no-such-command"], { "pulumi.com/skipAwait": "true" }),
);

export function describeWaiting(cluster: () => Cluster): void {
    describe("waiting", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `waiting-${runId}`);
            await stack.mustRun("up", good);
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        it("a Deployment is ready when its pods are ready", async () => {
            const { status } = await kubectl.get("deployment", "good", namespace);
            expect(status).to.include({ readyReplicas: 1 });
        });

        it("a Job is ready when it has completed", async () => {
            const { status } = await kubectl.get("job", "done", namespace);
            expect(status).to.include({ succeeded: 1 });
        });

        it("a Service is ready when it has ready endpoints", async () => {
            const { subsets } = (await kubectl.get("endpoints", "service", namespace)) as {
                subsets?: { addresses?: unknown[] }[];
            };
            expect(subsets?.[0]?.addresses).to.have.length(1);
        });

        describe("with workloads that fail", () => {
            let printed: string;
            let steps: Awaited<ReturnType<DeclaredStack["run"]>>["steps"];

            before(async () => {
                const result = await stack.run("up", [...good, ...bad]);
                expect(result.exitCode).not.to.equal(0);
                printed = result.stdout + result.stderr;
                ({ steps } = result);
            });

            it("a Deployment that cannot become ready fails after the timeout, with the reason", () => {
                expect(stepOn(steps, "broken", "create").failed).to.equal(true);
                expect(printed).to.match(/'broken' timed out waiting to be Ready/);
                expect(printed).to.match(/Minimum number of live Pods was not attained/);
                expect(printed).to.match(/no-such-command/);
            });

            it("skipAwait skips the wait", () => {
                expect(stepOn(steps, "unattended", "create").failed).to.equal(false);
            });
        });

        it("destroy deletes all objects and the namespace", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
