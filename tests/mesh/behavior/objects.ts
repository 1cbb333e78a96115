/** Objects that a stack owns: created, compared, replaced, repaired, rejected, and deleted. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { base64, forever, inNamespace, namespaceNamed, podTemplate, runId } from "./declarations";

const namespace = `behavior-objects-${runId}`;

interface Variant {
    readonly data?: string;
    readonly selector?: string;
    readonly clusterIP?: string;
}

function resources({ data = "first", selector = "objects", clusterIP }: Variant = {}): Declared[] {
    return [
        namespaceNamed(namespace),
        ...inNamespace(
            namespace,
            {
                name: "settings",
                type: "kubernetes.core.v1.ConfigMap",
                args: { metadata: { name: "settings" }, data: { value: data } },
            },
            {
                name: "password",
                type: "kubernetes.core.v1.Secret",
                args: { metadata: { name: "password" }, stringData: { value: { secret: `hidden-${data}` } } },
            },
            {
                name: "workload",
                type: "kubernetes.apps.v1.Deployment",
                args: {
                    metadata: { name: "workload" },
                    spec: {
                        replicas: 0,
                        selector: { matchLabels: { app: selector } },
                        template: podTemplate(forever, { app: selector }),
                    },
                },
            },
            {
                name: "service",
                type: "kubernetes.core.v1.Service",
                args: {
                    metadata: { name: "service", annotations: { "pulumi.com/skipAwait": "true" } },
                    spec: { selector: { app: "objects" }, ports: [{ port: 80 }], ...(clusterIP ? { clusterIP } : {}) },
                },
            },
            { name: "account", type: "kubernetes.core.v1.ServiceAccount", args: {} },
            {
                name: "authentication",
                type: "kubernetes.apiextensions.CustomResource",
                args: {
                    apiVersion: "security.istio.io/v1",
                    kind: "PeerAuthentication",
                    metadata: { name: "default" },
                    spec: { mtls: { mode: "PERMISSIVE" } },
                },
            },
        ),
    ];
}

const taken = inNamespace(namespace, {
    name: "taken",
    type: "kubernetes.core.v1.ConfigMap",
    args: { metadata: { name: "taken" }, data: { value: "ours" } },
});

const undefinedType = inNamespace(namespace, {
    name: "undefined-type",
    type: "kubernetes.apiextensions.CustomResource",
    args: { apiVersion: "missing.example.com/v1", kind: "Missing", metadata: { name: "missing" } },
});

const invalid = inNamespace(namespace, {
    name: "invalid",
    type: "kubernetes.core.v1.Service",
    args: { metadata: { name: "Not_A_Name" }, spec: { ports: [{ port: 80 }] } },
});

interface Suite {
    readonly kubectl: Kubectl;
    readonly stack: DeclaredStack;
}

export function describeObjects(cluster: () => Cluster): void {
    describe("objects", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `objects-${runId}`);
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        const suite = (): Suite => ({ kubectl, stack });
        describeCreation(suite);
        describeChanges(suite);
        describeErrors(suite);
    });
}

function describeCreation(suite: () => Suite): void {
    it("an object without a name is named after its resource, with eight hexadecimal digits", async () => {
        const { kubectl, stack } = suite();
        await stack.mustRun("up", resources());
        const names = await accounts(kubectl);
        expect(names).to.have.length(1);
        expect(names[0]).to.match(/^account-[0-9a-f]{8}$/);
    });

    it("a custom resource is created as declared", async () => {
        const { kubectl } = suite();
        const object = await kubectl.get("peerauthentication", "default", namespace);
        expect(object["spec"]).to.deep.equal({ mtls: { mode: "PERMISSIVE" } });
    });

    it("a CustomResource whose API version has no group is rejected", async () => {
        const { stack } = suite();
        const args = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "core", namespace } };
        const core = { name: "core", type: "kubernetes.apiextensions.CustomResource", args };
        const { exitCode, stdout } = await stack.run("preview", [...resources(), core]);
        expect(exitCode).not.to.equal(0);
        expect(stdout).to.include('apiVersion does not have both a group and a version: "v1"');
    });

    it("a secret is encrypted in the state, both in the inputs and in the API server's response", async () => {
        const { stack } = suite();
        const state = JSON.stringify(await stack.stack.export());
        expect(state).not.to.include("hidden-first");
        expect(state).not.to.include(base64("hidden-first"));
    });
}

function describeChanges(suite: () => Suite): void {
    it("a second run changes nothing, with or without a refresh", async () => {
        const { stack } = suite();
        const { steps } = await stack.mustRun("up", resources(), ["--refresh", "--expect-no-changes"]);
        expect(changed(steps)).to.deep.equal([]);
        await stack.mustRun("preview", resources(), ["--expect-no-changes"]);
    });

    it("changed data of a ConfigMap or Secret, a changed selector, or a changed cluster IP causes a replacement; no secret is printed", async () => {
        const { stack } = suite();
        const next = resources({ data: "second", selector: "others", clusterIP: "None" });
        const { steps, stdout, stderr } = await stack.mustRun("preview", next, ["--diff"]);
        const replacing = (name: string): string[] =>
            Object.entries(stepOn(steps, name, "replace").changes)
                .filter(([, kind]) => kind.endsWith("replace"))
                .map(([path]) => path);
        expect(replacing("settings")).to.deep.equal(["data.value"]);
        expect(replacing("password").join()).to.match(/^data/);
        expect(replacing("workload")).to.deep.equal(["spec.selector.matchLabels.app"]);
        expect(replacing("service")).to.deep.equal(["spec.clusterIP"]);
        expect(operationsOn(steps, "authentication")).to.deep.equal(["same"]);
        expect(stdout).to.include("[secret]");
        expect(stdout + stderr).not.to.match(/hidden-(first|second)/);
        expect(stdout + stderr).not.to.include(base64("hidden-second"));
    });

    it("an object with a fixed name is deleted before it is re-created", async () => {
        const { kubectl, stack } = suite();
        const before = await kubectl.get("configmap", "settings", namespace);
        const { steps } = await stack.mustRun("up", resources({ data: "second" }));
        const after = await kubectl.get("configmap", "settings", namespace);
        expect(after.metadata.uid).not.to.equal(before.metadata.uid);
        expect(after["data"]).to.deep.equal({ value: "second" });
        const operations = operationsOn(steps, "settings");
        expect(operations).to.include.members(["delete-replaced", "create-replacement"]);
        expect(operations.indexOf("delete-replaced")).to.be.lessThan(operations.indexOf("create-replacement"));
    });

    it("a refresh detects changes and deletions by hand, and the next run repairs only those", async () => {
        const { kubectl, stack } = suite();
        const byHand = { spec: { replicas: 1 } };
        await kubectl.run("patch", "deployment/workload", "-n", namespace, "-p", JSON.stringify(byHand));
        await kubectl.run("delete", "serviceaccount", ...(await accounts(kubectl)), "-n", namespace);
        const { steps } = await stack.mustRun("up", resources({ data: "second" }), ["--refresh"]);
        expect(stepOn(steps, "workload", "update").changes).to.deep.equal({ "spec.replicas": "update" });
        expect(operationsOn(steps, "account")).to.include("create");
        expect(changed(steps).map(({ name }) => name)).to.have.members(["workload", "account"]);
        expect((await kubectl.get("deployment", "workload", namespace)).spec).to.include({ replicas: 0 });
        expect(await accounts(kubectl)).to.have.length(1);
    });
}

function describeErrors(suite: () => Suite): void {
    it("a preview prints the API server's error", async () => {
        const { stack } = suite();
        const { exitCode, diagnostics } = await stack.run("preview", [...resources({ data: "second" }), ...invalid]);
        expect(exitCode).not.to.equal(0);
        const errors = diagnostics.filter(({ severity, urn }) => severity === "error" && urn?.endsWith("::invalid"));
        expect(errors.map(({ message }) => message).join("\n")).to.match(
            /Service "Not_A_Name" is invalid: metadata\.name: Invalid value/,
        );
    });

    it("a preview detects neither an object that already exists nor a type that is not installed yet", async () => {
        const { kubectl, stack } = suite();
        await kubectl.run("create", "configmap", "taken", "-n", namespace);
        const { steps } = await stack.mustRun("preview", [
            ...resources({ data: "second" }),
            ...taken,
            ...undefinedType,
        ]);
        expect(operationsOn(steps, "taken")).to.deep.equal(["create"]);
        expect(operationsOn(steps, "undefined-type")).to.deep.equal(["create"]);
    });

    it("an object that already exists fails its creation, and stays unchanged", async () => {
        const { kubectl, stack } = suite();
        const { exitCode, stdout, stderr } = await stack.run("up", [...resources({ data: "second" }), ...taken]);
        expect(exitCode).not.to.equal(0);
        expect(stdout + stderr).to.include('configmaps "taken" already exists');
        expect((await kubectl.get("configmap", "taken", namespace))["data"]).to.equal(undefined);
    });

    it("destroy waits for the deletion of a namespace", async () => {
        const { kubectl, stack } = suite();
        await stack.mustRun("destroy", []);
        expect(await kubectl.exists("namespace", namespace)).to.equal(false);
    });
}

async function accounts(kubectl: Kubectl): Promise<string[]> {
    const names = (await kubectl.list("serviceaccounts", namespace)).map(({ metadata }) => metadata.name);
    return names.filter((name) => name.startsWith("account"));
}
