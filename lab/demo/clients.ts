/** The two clients of the checks: one in the mesh, one outside. */
import type { ClientBundle } from "../../index";
import type { Cluster, CommandResult } from "../cluster";

/** A pod with curl. */
export interface Client {
    readonly namespace: string;
    /** Whether a sidecar is injected. */
    readonly inMesh: boolean;
}

/** In the application's namespace, as in the Istio task. */
export const meshClient: Client = { namespace: "test", inMesh: true };

/** In its own namespace, because an existing cluster may inject sidecars in `default`. */
export const outsideClient: Client = { namespace: "outside-the-mesh", inMesh: false };

const deploymentName = "curl";

/** Starts a client and waits until it is ready. */
export async function startClient(cluster: Cluster, client: Client): Promise<void> {
    const objects = client.inMesh ? [deploymentSpec(client)] : [namespaceSpec(client), deploymentSpec(client)];
    for (const object of objects) {
        await succeed(cluster, "kubectl", ["apply", "-f", "-"], JSON.stringify(object));
    }
    const wait = ["rollout", "status", `deployment/${deploymentName}`, "--timeout=120s"];
    await succeed(cluster, "kubectl", ["-n", client.namespace, ...wait]);
}

/** Removes a client, and its namespace if `startClient` created it. */
export async function stopClient(cluster: Cluster, client: Client): Promise<void> {
    const object = client.inMesh
        ? ["-n", client.namespace, "deployment", deploymentName]
        : ["namespace", client.namespace];
    await succeed(cluster, "kubectl", ["delete", "--ignore-not-found", "--wait", "--timeout=120s", ...object]);
}

/** Runs a command in the client's container. */
export function execute(cluster: Cluster, client: Client, command: string[], input?: string): Promise<CommandResult> {
    const interactive = input === undefined ? [] : ["-i"];
    const exec = ["exec", ...interactive, `deployment/${deploymentName}`, "-c", "curl", "--", ...command];
    return cluster.run("kubectl", ["-n", client.namespace, ...exec], { input, timeoutSeconds: 60 });
}

/**
 * Writes a bundle to the client's /tmp as <name>-ca.crt, <name>.crt and <name>.key. The key passes only through
 * standard input.
 */
export async function giveBundle(
    cluster: Cluster,
    client: Client,
    name: string,
    bundle: Required<ClientBundle>,
): Promise<void> {
    const files = {
        [`/tmp/${name}-ca.crt`]: bundle.caCertificatePem,
        [`/tmp/${name}.crt`]: bundle.certificatePem,
        [`/tmp/${name}.key`]: bundle.privateKeyPem,
    };
    for (const [path, content] of Object.entries(files)) {
        const { exitCode, stderr } = await execute(cluster, client, ["sh", "-c", `umask 077; cat > ${path}`], content);
        if (exitCode !== 0) {
            throw new Error(`cannot write ${path} in the client of namespace ${client.namespace}: ${stderr}`);
        }
    }
}

/** Runs a command that must succeed, and returns its standard output. */
export async function succeed(cluster: Cluster, command: string, args: string[], input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await cluster.run(command, args, { input, timeoutSeconds: 180 });
    if (exitCode !== 0) {
        throw new Error(`${command} ${args.join(" ")} failed (exit status ${exitCode}):\n${stderr || stdout}`);
    }
    return stdout;
}

/** "namespace/<name>", or "" if there is none. */
export async function findNamespace(cluster: Cluster, name: string): Promise<string> {
    return (await succeed(cluster, "kubectl", ["get", "namespace", name, "--ignore-not-found", "-o", "name"])).trim();
}

function namespaceSpec(client: Client): object {
    return {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: client.namespace, labels: { "istio-injection": "disabled" } },
    };
}

function deploymentSpec(client: Client): object {
    const labels = { app: deploymentName };
    const container = {
        name: "curl",
        image: "docker.io/curlimages/curl",
        imagePullPolicy: "IfNotPresent",
        command: ["sleep", "infinity"],
    };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: deploymentName, namespace: client.namespace },
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { containers: [container], terminationGracePeriodSeconds: 0 },
            },
        },
    };
}
