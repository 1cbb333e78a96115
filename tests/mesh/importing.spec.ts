/** The Istio task applied by hand, then imported into a Pulumi stack: the objects are adopted in place and keep serving. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "@pulumi/kubernetes/package.json";
import { expect } from "chai";
import type { PulumiStack } from "../../lab/toolchain/stack";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { type Kubectl, kubectlFor } from "./kubectl";
import { Istiod } from "./proof/istiod";
import { changed } from "./steps";
import { temporaryStack } from "./temporaryStack";
import { issue, newAuthority, type Pair } from "./traffic/certificates";
import { applyIstioTask, host, namespace } from "./traffic/istioTask";
import { servedTraffic } from "./traffic/served";
import type { Traffic } from "./traffic/traffic";

const example = join(__dirname, "..", "..", "examples", "taking-over");

describeMesh("importing existing resources", (cluster) => {
    let kubectl: Kubectl;
    let istiod: Istiod;
    let folder: string;
    let stack: PulumiStack;
    let traffic: Traffic;
    let uids: string;

    const uidsNow = () =>
        kubectl.run(
            "-n",
            namespace,
            "get",
            "secret,service,serviceaccount,deployment,sidecar,peerauthentication",
            "-o",
            "jsonpath={.items[*].metadata.uid}",
        );

    before("the Istio task is applied by hand, and a client sends requests without a pause", async function () {
        this.timeout("5m");
        kubectl = kubectlFor(cluster());
        istiod = new Istiod(kubectl);
        const authority: Pair = await newAuthority();
        await istiod.setFlag("true");
        await applyIstioTask(kubectl, authority);
        uids = await uidsNow();
        folder = mkdtempSync(join(tmpdir(), "taking-over-"));
        writeFileSync(join(folder, "example.com.crt"), authority.certificatePem);
        writeFileSync(join(folder, "example.com.key"), authority.privateKeyPem, { mode: 0o600 });
        stack = await temporaryStack(cluster(), example);
        await stack.pulumi(["config", "set", "folder", folder]);
        const client = await issue(authority, { commonName: "client" });
        traffic = await servedTraffic(cluster(), {
            namespace,
            podSelector: "app=httpbin",
            podPorts: [9080],
            serviceNames: ["httpbin"],
            servicePorts: [8443],
            host,
            kinds: ["plaintextHttp1", "noCertificate"],
            ratePerSecond: 2,
            friendly: { bundle: { caCertificatePem: authority.certificatePem, ...client }, port: 8443 },
        });
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await traffic.stop();
        await stack.mustRun("destroy");
        await stack.remove();
        rmSync(folder, { recursive: true });
        await istiod.setFlag(undefined);
    });

    it("imports the objects of the Istio task under the component", async function () {
        this.timeout("2m");
        const { resources } = JSON.parse(readFileSync(join(example, "import.json"), "utf8")) as {
            resources: { id?: string }[];
        };
        const file = join(folder, "import.json");
        const versioned = resources.map((resource) => (resource.id ? { ...resource, version } : resource));
        writeFileSync(file, JSON.stringify({ resources: versioned }));
        const options = ["--protect=false", "--generate-code=false", "--yes", "--skip-preview"];
        const { exitCode, stdout, stderr } = await stack.pulumi(["import", "--file", file, ...options]);
        expect(exitCode, stdout + stderr).to.equal(0);
    });

    it("changes the objects in place, and they keep serving", async function () {
        this.timeout("5m");
        const oldPods = new Set((await kubectl.list("pods", namespace)).map(({ metadata }) => metadata.uid));
        const before = traffic.snapshot();
        const forced = stack.withEnvironment({ PULUMI_K8S_ENABLE_PATCH_FORCE: "true" });
        const preview = await forced.mustRun("preview");
        const { steps } = await forced.mustRun("up");
        for (const run of [preview.steps, steps]) {
            const operations = new Set(changed(run).map(({ operation }) => operation));
            expect([...operations].sort()).to.deep.equal(["create", "update"]);
        }
        expect(await uidsNow()).to.equal(uids);
        await eventually(
            "the old pods are gone",
            async () => (await kubectl.list("pods", namespace)).map(({ metadata }) => metadata.uid),
            (uidsOfPods) => !uidsOfPods.some((uid) => oldPods.has(uid)),
        );
        const atEnd = traffic.snapshot();
        const { friendlySum, failures, hostile } = traffic.since(before);
        // The pods of the Istio task do not drain their connections when they terminate.
        expect(friendlySum.failures, JSON.stringify(failures.slice(0, 3))).to.be.lessThan(friendlySum.tries / 10);
        expect(hostile).to.include({ answered: 0, admitted: 0 });
        const served = await eventually(
            "the new pods serve the client",
            async () => traffic.since(atEnd).friendlySum,
            ({ tries }) => tries > 30,
        );
        expect(served.failures).to.equal(0);
    });

    it("has no changes in a second preview or after a refresh", async function () {
        this.timeout("3m");
        await stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });

    it("keeps serving after the flag that was set on istiod by hand is removed", async function () {
        this.timeout("3m");
        await istiod.setFlag(undefined);
        const before = traffic.snapshot();
        const { failures } = await eventually(
            "the client is served",
            async () => traffic.since(before).friendlySum,
            ({ tries }) => tries > 30,
        );
        expect(failures).to.equal(0);
    });
});
