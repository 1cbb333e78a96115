/** Objects that the program reads and the stack does not own, as with `Secret.get`. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { ResourceState } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn } from "../steps";
import { base64, runId } from "./declarations";

const namespace = `behavior-reading-${runId}`;
const reader: Declared = { name: "reader", type: "kubernetes.core.v1.Secret", read: `${namespace}/issued` };

/** An object of the stack, and a read by its ID, which is unknown in the first preview. */
const owner: Declared = {
    name: "owner",
    type: "kubernetes.core.v1.ConfigMap",
    args: { metadata: { name: "owner", namespace }, data: { value: "ours" } },
};
const follower: Declared = {
    name: "follower",
    type: "kubernetes.core.v1.ConfigMap",
    read: { from: ["owner", "id"] },
};

const reading = [reader];
const following = [reader, owner, follower];

interface Suite {
    readonly kubectl: Kubectl;
    readonly stack: DeclaredStack;
}

export function describeReading(cluster: () => Cluster): void {
    describe("reading an existing object", function () {
        this.timeout("3m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            await kubectl.run("create", "namespace", namespace);
            stack = await declaredStack(cluster(), `reading-${runId}`, {
                data: { from: ["reader", "data"] },
                type: { from: ["reader", "type"] },
                metadata: { from: ["reader", "metadata"] },
            });
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        const suite = (): Suite => ({ kubectl, stack });
        describeReads(suite);
        describeLaterReads(suite);
    });
}

function describeReads(suite: () => Suite): void {
    it("fails if the object does not exist, also in a preview", async () => {
        const { stack } = suite();
        for (const operation of ["preview", "up"] as const) {
            const { exitCode, stdout, stderr } = await stack.run(operation, reading);
            expect(exitCode, operation).not.to.equal(0);
            expect(stdout + stderr).to.include(`resource '${namespace}/issued' does not exist`);
        }
    });

    it("returns its data, type, and metadata, and the data is secret", async () => {
        const { kubectl, stack } = suite();
        await issue(kubectl, "first-key");
        const { steps } = await stack.mustRun("up", reading);
        expect(operationsOn(steps, "reader")).to.deep.equal(["read"]);
        const { data, type, metadata } = await stack.outputs();
        expect(data).to.deep.equal({ "tls.crt": base64("certificate"), "tls.key": base64("first-key") });
        expect(type).to.equal("kubernetes.io/tls");
        const { uid } = (await kubectl.get("secret", "issued", namespace)).metadata;
        expect(metadata).to.include({ name: "issued", namespace, uid });
        const shown = await stack.stack.pulumi(["stack", "output", "--json"]);
        expect((JSON.parse(shown.stdout) as { data: unknown }).data).to.equal("[secret]");
        const state = await stateOf(stack, "reader");
        expect(state).to.include({ external: true, id: `${namespace}/issued` });
        expect(JSON.stringify(await stack.stack.export())).not.to.include(base64("first-key"));
    });

    it("happens in every run and every preview, and is not a change", async () => {
        const { kubectl, stack } = suite();
        for (const args of [["--expect-no-changes"], ["--refresh", "--expect-no-changes"]]) {
            const preview = await stack.mustRun("preview", reading, args);
            expect(operationsOn(preview.steps, "reader")).to.include("read");
        }
        await renew(kubectl, "second-key");
        const { steps } = await stack.mustRun("up", reading, ["--expect-no-changes"]);
        expect(operationsOn(steps, "reader")).to.deep.equal(["read"]);
        expect(changed(steps)).to.deep.equal([]);
        expect((await stack.outputs())["data"]).to.include({ "tls.key": base64("second-key") });
    });

    it("happens in a refresh, too, and the data stays secret", async () => {
        const { kubectl, stack } = suite();
        await renew(kubectl, "third-key");
        const { steps } = await stack.mustRun("refresh", reading);
        expect(operationsOn(steps, "reader")).to.include("refresh");
        expect(JSON.stringify(await stack.stack.export())).not.to.include(base64("third-key"));
        await stack.mustRun("preview", reading, ["--expect-no-changes"]);
    });
}

function describeLaterReads(suite: () => Suite): void {
    it("waits for `up` if the ID is unknown in the preview", async () => {
        const { stack } = suite();
        const preview = await stack.mustRun("preview", following);
        expect(operationsOn(preview.steps, "follower")).to.deep.equal(["read"]);
        const { steps } = await stack.mustRun("up", following);
        expect(operationsOn(steps, "follower")).to.deep.equal(["read"]);
        expect((await stateOf(stack, "follower"))?.outputs?.["data"]).to.deep.equal({ value: "ours" });
        await stack.mustRun("preview", following, ["--expect-no-changes"]);
    });

    it("fails in the next run once the object is deleted, and a refresh removes it from the state", async () => {
        const { kubectl, stack } = suite();
        await kubectl.run("delete", "secret", "issued", "-n", namespace);
        await stack.mustRun("refresh", following);
        expect(await stateOf(stack, "reader")).to.equal(undefined);
        const { exitCode, stdout, stderr } = await stack.run("up", following);
        expect(exitCode).not.to.equal(0);
        expect(stdout + stderr).to.include(`resource '${namespace}/issued' does not exist`);
    });

    it("leaves the object in place when the read is removed from the program and when the stack is destroyed", async () => {
        const { kubectl, stack } = suite();
        await issue(kubectl, "last-key");
        await stack.mustRun("up", following);
        const { uid } = (await kubectl.get("secret", "issued", namespace)).metadata;
        const { steps } = await stack.mustRun("up", [owner], []);
        expect(operationsOn(steps, "reader")).to.deep.equal(["discard"]);
        await stack.mustRun("up", following);
        await stack.mustRun("destroy", []);
        expect((await stack.stack.export()).resources ?? []).to.deep.equal([]);
        expect((await kubectl.get("secret", "issued", namespace)).metadata.uid).to.equal(uid);
    });
}

async function issue(kubectl: Kubectl, key: string): Promise<void> {
    const content = ["--from-literal=tls.crt=certificate", `--from-literal=tls.key=${key}`];
    const secret = ["create", "secret", "generic", "issued", "--type=kubernetes.io/tls", "-n", namespace];
    // Not with `apply`, which puts the whole object into an annotation, where nothing is secret.
    await kubectl.run(...secret, ...content);
}

async function renew(kubectl: Kubectl, key: string): Promise<void> {
    const patch = JSON.stringify({ stringData: { "tls.key": key } });
    await kubectl.run("patch", "secret", "issued", "-n", namespace, "-p", patch);
}

async function stateOf(stack: DeclaredStack, name: string): Promise<ResourceState | undefined> {
    return (await stack.stack.export()).resources?.find(({ urn }) => urn.endsWith(`::${name}`));
}
