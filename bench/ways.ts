/** The three ways to the first request with mutual TLS: the Istio task by hand, a flat Pulumi program, and the component. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientBundle } from "..";
import { featureFlagName } from "../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../lab/cluster";
import { succeed } from "../lab/demo/clients";
import { type Operation, PulumiStack, writeProject } from "../lab/toolchain/stack";

/** The files of a client: ca.crt, client.crt and client.key. */
export type ClientFolder = string;

export interface Way {
    readonly name: string;
    /** From an empty namespace to a client's files. Does not wait for more than its user would wait for. */
    create(): Promise<ClientFolder>;
    /** Operations on what stands, with nothing to change; none without Pulumi. */
    readonly idle?: Readonly<Record<"preview" | "second up", () => Promise<unknown>>>;
    /** Removes all that `create` made, the flag included, without waiting for istiod. */
    destroy(): Promise<unknown>;
    /** Removes the files on this machine. */
    remove(): void;
}

export async function taskByHand(cluster: Cluster): Promise<Way> {
    const folder = mkdtempSync(join(tmpdir(), "bench-task-"));
    const script = join(__dirname, "task.sh");
    return Promise.resolve({
        name: "Istio task by hand",
        create: async () => {
            const { exitCode, stderr } = await cluster.run("sh", [script], { cwd: folder });
            if (exitCode !== 0) {
                throw new Error(`the commands of the Istio task failed (${exitCode}): ${stderr}`);
            }
            const client = join(folder, "client.test.svc.cluster.local");
            return clientFolder(folder, {
                caCertificatePem: readFileSync(join(folder, "example.com.crt"), "utf8"),
                certificatePem: readFileSync(`${client}.crt`, "utf8"),
                privateKeyPem: readFileSync(`${client}.key`, "utf8"),
            });
        },
        destroy: async () => {
            await succeed(cluster, "kubectl", ["delete", "namespace", "test", "--ignore-not-found"]);
            await setFlag(cluster, false);
        },
        remove: () => {
            rmSync(folder, { recursive: true });
        },
    });
}

/** Sets the flag in istiod's own env or removes it, as the Istio task does. */
export async function setFlag(cluster: Cluster, on: boolean): Promise<void> {
    const flag = `${featureFlagName}${on ? "=true" : "-"}`;
    await succeed(cluster, "kubectl", ["-n", cluster.istioNamespace, "set", "env", "deployment/istiod", flag]);
}

/** A program in bench/programs. */
export async function pulumiProgram(cluster: Cluster, name: string, program: string): Promise<Way> {
    const folder = mkdtempSync(join(tmpdir(), `bench-${program}-`));
    const state = join(folder, "state");
    mkdirSync(state);
    writeProject(folder, program, join(__dirname, "programs", program));
    const stack = await PulumiStack.open(cluster, {
        directory: folder,
        stack: "bench",
        backendUrl: `file://${state}`,
        passphrase: "bench",
    });
    const run =
        (operation: Operation, ...args: string[]) =>
        () =>
            stack.mustRun(operation, args);
    return {
        name,
        create: async () => {
            await stack.mustRun("up");
            const { clientBundle } = (await stack.outputs()) as { clientBundle?: Required<ClientBundle> };
            return clientBundle ? clientFolder(folder, clientBundle) : folder;
        },
        idle: {
            preview: run("preview", "--expect-no-changes"),
            "second up": run("up", "--expect-no-changes"),
        },
        destroy: run("destroy"),
        remove: () => {
            rmSync(folder, { recursive: true });
        },
    };
}

function clientFolder(parent: string, bundle: Required<ClientBundle>): ClientFolder {
    const folder = join(parent, "client");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "ca.crt"), bundle.caCertificatePem);
    writeFileSync(join(folder, "client.crt"), bundle.certificatePem);
    writeFileSync(join(folder, "client.key"), bundle.privateKeyPem, { mode: 0o600 });
    return folder;
}
