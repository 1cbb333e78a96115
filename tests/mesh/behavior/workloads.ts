/** StatefulSets, DaemonSets, and standalone Pods: what a run waits for, and which changes are not possible in place. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { StackResult } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { eventually } from "../eventually";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { forever, inNamespace, namespaceNamed, podTemplate, runId } from "./declarations";

const namespace = `behavior-workloads-${runId}`;
const impatient = { "pulumi.com/timeoutSeconds": "4" };

interface Variant {
    readonly command?: readonly string[];
    readonly annotations?: object;
    /** Another value makes another revision of the workload. */
    readonly env?: string;
    readonly container?: object;
    readonly spec?: object;
    readonly app?: string;
}

type Build = (name: string, variant?: Variant) => Declared;

const template = (app: string, { command = forever, env = "first", container = {} }: Variant) =>
    podTemplate(command, { app }, {}, { env: [{ name: "REVISION", value: env }], ...container });

const controller =
    (kind: "StatefulSet" | "DaemonSet", further: object): Build =>
    (name, variant = {}) => ({
        name,
        type: `kubernetes.apps.v1.${kind}`,
        args: {
            metadata: { name, annotations: variant.annotations ?? {} },
            spec: {
                selector: { matchLabels: { app: variant.app ?? name } },
                template: template(variant.app ?? name, variant),
                ...further,
                ...variant.spec,
            },
        },
    });

const statefulSet = controller("StatefulSet", { serviceName: "none", replicas: 2, podManagementPolicy: "Parallel" });
const daemonSet = controller("DaemonSet", {});
const pod: Build = (name, variant = {}) => ({
    name,
    type: "kubernetes.core.v1.Pod",
    args: {
        metadata: { name, annotations: variant.annotations ?? {} },
        spec: { ...template(name, variant).spec, ...variant.spec },
    },
});

/** Runs once and is never ready while it runs; otherwise it would already count as ready while it runs. */
const once: Variant = {
    spec: { restartPolicy: "Never" },
    container: { readinessProbe: { exec: { command: ["false"] } } },
};

const good = ({ statefulSet: set = {}, daemonSet: daemon = {}, pod: single = {} }: Record<string, Variant> = {}) => [
    namespaceNamed(namespace),
    ...inNamespace(
        namespace,
        statefulSet("stateful", set),
        daemonSet("daemon", daemon),
        pod("single", single),
        pod("finished", { ...once, command: ["true"] }),
    ),
];

const unable: Variant = { command: ["no-such-command"], annotations: impatient };
const bad = inNamespace(
    namespace,
    statefulSet("broken-stateful", unable),
    daemonSet("broken-daemon", unable),
    pod("broken-single", unable),
    pod("failed", {
        ...once,
        command: ["sh", "-c", "echo 'the port is taken' > /dev/termination-log; exit 1"],
        annotations: impatient,
    }),
);

interface Suite {
    readonly kubectl: Kubectl;
    readonly stack: DeclaredStack;
}

export function describeWorkloads(cluster: () => Cluster): void {
    describe("StatefulSets, DaemonSets, and Pods", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `workloads-${runId}`);
            await stack.mustRun("up", good());
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        const suite = (): Suite => ({ kubectl, stack });
        describeReadinessAndChanges(suite);
        describeFailures(suite);
    });
}

function describeReadinessAndChanges(suite: () => Suite): void {
    it("each is ready when its pods are ready, and a Pod that runs to completion when it has succeeded", async () => {
        const { kubectl } = suite();
        const status = async (kind: string, name: string) => (await kubectl.get(kind, name, namespace))["status"];
        expect(await status("statefulset", "stateful")).to.include({ readyReplicas: 2 });
        expect(await status("daemonset", "daemon")).to.include({ numberReady: 1 });
        expect(await status("pod", "single")).to.include({ phase: "Running" });
        expect(await status("pod", "finished")).to.include({ phase: "Succeeded" });
    });

    it("later runs change nothing", async () => {
        const { stack } = suite();
        const { steps } = await stack.mustRun("up", good(), ["--refresh", "--expect-no-changes"]);
        expect(changed(steps)).to.deep.equal([]);
    });

    it("fields that the plugin treats as immutable cause a replacement, and other fields change in place", async () => {
        const { stack } = suite();
        const replaced = await stack.mustRun(
            "preview",
            good({
                statefulSet: { spec: { serviceName: "other" } },
                daemonSet: { app: "other" },
                pod: { env: "second" },
            }),
        );
        expect(stepOn(replaced.steps, "stateful", "replace").replacesFor).to.deep.equal(["spec.serviceName"]);
        expect(stepOn(replaced.steps, "daemon", "replace").replacesFor).to.deep.equal([
            "spec.selector.matchLabels.app",
        ]);
        expect(stepOn(replaced.steps, "single", "replace").replacesFor).to.deep.equal([
            "spec.containers[0].env[0].value",
        ]);
        const inPlace = await stack.mustRun(
            "preview",
            good({
                statefulSet: { spec: { replicas: 1 } },
                daemonSet: { spec: { minReadySeconds: 1 } },
                pod: { spec: { activeDeadlineSeconds: 3600 } },
            }),
        );
        for (const name of ["stateful", "daemon", "single"]) {
            expect(operationsOn(inPlace.steps, name), name).to.deep.equal(["update"]);
        }
    });

    it("an update ends when all pods have the new revision", async () => {
        const { kubectl, stack } = suite();
        const next = { env: "second" };
        await stack.mustRun("up", good({ statefulSet: next, daemonSet: next }));
        const pods = await kubectl.list("pods", namespace);
        const revised = pods.filter(({ metadata }) => /^(stateful|daemon)-/.test(metadata.name));
        expect(revised).to.have.length(3);
        for (const { spec } of revised) {
            expect(JSON.stringify(spec)).to.include('"value":"second"');
        }
    });

    it("destroy deletes all objects", async () => {
        const { kubectl, stack } = suite();
        await stack.mustRun("destroy", []);
        expect(await kubectl.exists("namespace", namespace)).to.equal(false);
    });
}

function describeFailures(suite: () => Suite): void {
    describe("that cannot become ready", () => {
        const resources = [...good(), ...bad];
        let failed: StackResult;

        before(async () => {
            const { kubectl, stack } = suite();
            // Without it, resources that have not started when the first one fails never start.
            const args = ["--continue-on-error"];
            expect((await stack.run("up", resources, args)).exitCode).not.to.equal(0);
            // On a slow machine, too, the pods have failed before the next run waits for them.
            const states = async (): Promise<string[]> =>
                (await kubectl.list("pods", namespace)).map(({ metadata, status }) => {
                    const { containerStatuses } = status as { containerStatuses?: object[] };
                    return `${metadata.name}: ${JSON.stringify(containerStatuses)}`;
                });
            await eventually("five pods have failed", states, (seen) => {
                const why = /no-such-command|the port is taken/;
                return seen.filter((text) => why.test(text)).length === 5;
            });
            failed = await stack.run("up", resources, args);
            expect(failed.exitCode).not.to.equal(0);
        });

        it("a StatefulSet reports how many replicas are ready, and the problems of its pods", () => {
            const message = messageAbout(failed, "broken-stateful");
            expect(message).to.include("'broken-stateful' timed out waiting to be Ready");
            expect(message).to.include("0 out of 2 replicas succeeded readiness checks");
            expect(message).to.match(/\[Pod .*broken-stateful-\d\]: .*no-such-command/s);
        });

        it("a DaemonSet reports only the timeout", () => {
            expect(messageAbout(failed, "broken-daemon")).to.match(
                /failed to fully initialize or become live: timed out waiting for the condition/,
            );
            expect(messageAbout(failed, "broken-daemon")).not.to.include("no-such-command");
        });

        it("a Pod reports its problem, and a run waits for it until the timeout even if it has failed permanently", () => {
            expect(messageAbout(failed, "broken-single")).to.match(/timed out waiting to be Ready.*no-such-command/s);
            expect(messageAbout(failed, "failed")).to.match(
                /'failed' timed out waiting to be Ready.*\[Error\] the port is taken/s,
            );
        });

        it("a refresh reports each as not ready, and the next run waits again", async () => {
            const { stack } = suite();
            const refreshed = await stack.mustRun("refresh", resources);
            for (const name of ["broken-stateful", "broken-daemon", "broken-single", "failed"]) {
                expect(messageAbout(refreshed, name, "warning")).to.include(
                    `'${name}' was created but failed to initialize`,
                );
            }
            const { steps } = await stack.mustRun("preview", resources);
            expect(operationsOn(steps, "broken-daemon")).to.deep.equal(["update"]);
        });
    });
}

function messageAbout({ diagnostics }: StackResult, name: string, severity = "error"): string {
    return diagnostics
        .filter((diagnostic) => diagnostic.severity === severity && diagnostic.urn?.endsWith(`::${name}`))
        .map(({ message }) => message)
        .join("\n");
}
