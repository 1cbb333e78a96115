/** A release of a local Helm chart: installed, compared, upgraded, repaired, and uninstalled. */
import { join } from "node:path";
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type ClusterObject, type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { base64, runId } from "./declarations";

const namespace = `behavior-releases-${runId}`;
const chart = join(__dirname, "chart");

function release(values: object = {}, args: object = {}): Declared[] {
    const password = { secret: "hidden-password" };
    return [
        {
            name: "greeting",
            type: "kubernetes.helm.v3.Release",
            args: {
                chart,
                namespace,
                createNamespace: true,
                values: { greeting: "first", password, ...values },
                ...args,
            },
        },
    ];
}

/** A release whose pod never starts, with a timeout just long enough to see that. */
const failing = release({ greeting: "second", command: "no-such-command" }, { timeout: 5 });

const shown = ["name", "status", "resourceNames", "version", "values"] as const;

interface Outputs extends Record<string, unknown> {
    readonly name: string;
    readonly status: Readonly<Record<string, unknown>>;
}

/** The release, and queries on it. */
class Installed {
    name = "";

    constructor(
        readonly kubectl: Kubectl,
        readonly stack: DeclaredStack,
    ) {}

    /** Reads the outputs, and keeps the name for the queries. */
    async outputs(): Promise<Outputs> {
        const outputs = (await this.stack.outputs()) as Outputs;
        this.name = outputs.name;
        return outputs;
    }

    settings(): Promise<ClusterObject> {
        return this.kubectl.get("configmap", `${this.name}-settings`, namespace);
    }

    async greeting(): Promise<unknown> {
        return (await this.settings())["data"];
    }

    /** Helm keeps each revision of a release in a Secret. */
    async revisions(): Promise<string[]> {
        return (await this.kubectl.list("secrets", namespace))
            .map((secret) => secret.metadata.name)
            .filter((secret) => secret.startsWith("sh.helm.release.v1."));
    }
}

export function describeReleases(cluster: () => Cluster): void {
    describe("a release of a Helm chart", function () {
        this.timeout("3m");
        let installed: Installed;

        before(async () => {
            const outputs = shown.map((output) => [output, { from: ["greeting", output] as const }] as const);
            const stack = await declaredStack(cluster(), `releases-${runId}`, Object.fromEntries(outputs));
            installed = new Installed(kubectlFor(cluster()), stack);
        });

        after(async () => {
            await installed.kubectl.deleteNamespace(namespace);
            installed.stack.forget();
        });

        describeInstallation(() => installed);
        describeUpgrades(() => installed);
        describeRepairs(cluster, () => installed);
    });
}

function describeInstallation(installed: () => Installed): void {
    it("a preview installs nothing", async () => {
        const { kubectl, stack } = installed();
        const { steps } = await stack.mustRun("preview", release());
        expect(operationsOn(steps, "greeting")).to.deep.equal(["create"]);
        expect(await kubectl.exists("namespace", namespace)).to.equal(false);
    });

    it("a preview fails if the chart does not exist", async () => {
        const { stack } = installed();
        const missing = join(chart, "missing");
        const { exitCode, stdout, stderr } = await stack.run("preview", release({}, { chart: missing }));
        expect(exitCode).not.to.equal(0);
        expect(stdout + stderr).to.include(`path "${missing}" not found`);
    });

    it("a release without a name is named after its resource, and is complete once its pod is ready", async () => {
        const { kubectl, stack } = installed();
        await stack.mustRun("up", release());
        const { name } = await installed().outputs();
        expect(name).to.match(/^greeting-[0-9a-f]{8}$/);
        expect(await installed().greeting()).to.deep.equal({ greeting: "first" });
        const { status } = await kubectl.get("deployment", name, namespace);
        expect(status).to.include({ readyReplicas: 1 });
    });

    it("its outputs show the chart, the values, and the installed objects", async () => {
        const { name } = installed();
        expect(await installed().outputs()).to.deep.equal({
            name,
            version: "1.2.3",
            values: { greeting: "first", password: "hidden-password" },
            status: {
                appVersion: "4.5",
                chart: "greeting",
                name,
                namespace,
                revision: 1,
                status: "deployed",
                version: "1.2.3",
            },
            resourceNames: {
                "ConfigMap/v1": [`${name}-settings`],
                "Secret/v1": [`${name}-password`],
                "Deployment.apps/apps/v1": [name],
            },
        });
    });

    it("a secret value reaches the chart, and is encrypted in the state", async () => {
        const { kubectl, stack, name } = installed();
        const { data } = await kubectl.get("secret", `${name}-password`, namespace);
        expect(data).to.deep.equal({ value: base64("hidden-password") });
        expect(JSON.stringify(await stack.stack.export())).not.to.include("hidden-password");
    });
}

function describeUpgrades(installed: () => Installed): void {
    it("a second run changes nothing, with or without a refresh", async () => {
        const { stack } = installed();
        const { steps } = await stack.mustRun("up", release(), ["--refresh", "--expect-no-changes"]);
        expect(changed(steps)).to.deep.equal([]);
        await stack.mustRun("preview", release(), ["--expect-no-changes"]);
        expect(await installed().revisions()).to.have.length(1);
    });

    it("a preview of new values shows them, prints no secret, and upgrades nothing; a new name causes a replacement", async () => {
        const { stack } = installed();
        const next = release({ greeting: "second", password: { secret: "hidden-other" } });
        const { steps, stdout, stderr } = await stack.mustRun("preview", next, ["--diff"]);
        expect(stepOn(steps, "greeting", "update").changes).to.deep.equal({
            "values.greeting": "update",
            "values.password": "update",
        });
        expect(stdout).to.include("[secret]");
        expect(stdout + stderr).not.to.match(/hidden-(password|other)/);
        const renamed = await stack.mustRun("preview", release({}, { name: "other" }));
        expect(operationsOn(renamed.steps, "greeting")).to.include("replace");
        expect(await installed().revisions()).to.have.length(1);
    });

    it("new values upgrade the release in place", async () => {
        const { stack, name } = installed();
        const before = await installed().settings();
        const { steps } = await stack.mustRun("up", release({ greeting: "second" }));
        expect(changed(steps).map(({ operation }) => operation)).to.deep.equal(["update"]);
        expect((await installed().settings()).metadata.uid).to.equal(before.metadata.uid);
        expect(await installed().greeting()).to.deep.equal({ greeting: "second" });
        expect(await installed().outputs()).to.deep.include({ name });
        expect((await installed().outputs()).status).to.include({ revision: 2, status: "deployed" });
        await stack.mustRun("preview", release({ greeting: "second" }), ["--refresh", "--expect-no-changes"]);
    });

    it("a pod that does not become ready fails the run after the timeout, and the next run repairs the release", async () => {
        const { stack, name } = installed();
        const { exitCode, stdout, stderr, steps } = await stack.run("up", failing);
        expect(exitCode).not.to.equal(0);
        expect(stepOn(steps, "greeting", "update").failed).to.equal(true);
        expect(stdout + stderr).to.include(
            `Helm release "${namespace}/${name}" failed to initialize completely. Use Helm CLI to investigate`,
        );
        expect(stdout + stderr).to.match(/failed to become available within allocated timeout/);
        await stack.mustRun("up", release({ greeting: "second" }));
        expect((await installed().outputs()).status).to.include({ revision: 4, status: "deployed" });
    });
}

function describeRepairs(cluster: () => Cluster, installed: () => Installed): void {
    it("a refresh detects an upgrade by hand, and the next run repairs it", async () => {
        const { stack, name } = installed();
        const upgrade = ["upgrade", name, chart, "-n", namespace, "--reuse-values", "--set", "greeting=by-hand"];
        expect(await cluster().run("helm", upgrade)).to.include({ exitCode: 0 });
        expect(await installed().greeting()).to.deep.equal({ greeting: "by-hand" });
        const { steps } = await stack.mustRun("up", release({ greeting: "second" }), ["--refresh"]);
        expect(stepOn(steps, "greeting", "update").changes).to.deep.equal({ "values.greeting": "update" });
        expect(await installed().greeting()).to.deep.equal({ greeting: "second" });
    });

    it("a refresh detects that the release was uninstalled by hand, and the next run installs it again", async () => {
        const { stack, name } = installed();
        expect(await cluster().run("helm", ["uninstall", name, "-n", namespace])).to.include({ exitCode: 0 });
        const { steps } = await stack.mustRun("up", release({ greeting: "second" }), ["--refresh"]);
        expect(operationsOn(steps, "greeting")).to.include("create");
        await installed().outputs();
        expect(await installed().greeting()).to.deep.equal({ greeting: "second" });
    });

    it("a failed installation is reported, kept, and uninstalled with the stack; its namespace stays", async () => {
        const { kubectl, stack } = installed();
        await stack.mustRun("destroy", []);
        const { exitCode, stdout, stderr } = await stack.run("up", failing);
        expect(exitCode).not.to.equal(0);
        expect(stdout + stderr).to.match(/was created, but failed to initialize completely/);
        expect(await installed().revisions()).to.have.length(1);
        await stack.mustRun("destroy", []);
        expect(await installed().revisions()).to.have.length(0);
        expect(await kubectl.list("deployments", namespace)).to.have.length(0);
        expect(await kubectl.exists("namespace", namespace)).to.equal(true);
    });
}
