/** Asks a cluster's API server whether it would create an object, including admission webhooks such as istiod's. */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../../lab/cluster";
import { eventually } from "../eventually";

export interface Manifest {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name?: string; readonly namespace?: string; readonly [property: string]: unknown };
    readonly [property: string]: unknown;
}

interface Answer {
    readonly status: number;
    readonly body: unknown;
}

export interface ApiServer {
    /** Returns the API server's error, or undefined if it would create the object. The object is not stored. */
    rejection(manifest: Manifest): Promise<string | undefined>;
    close(): Promise<void>;
}

/** Connects to the API server through `kubectl proxy` on a Unix socket, because this process is outside the lab's network. */
export async function openApiServer(cluster: Cluster): Promise<ApiServer> {
    const folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-"));
    const socketPath = join(folder, "api.sock");
    const said: string[] = [];
    const proxy = cluster.start("kubectl", ["proxy", `--unix-socket=${socketPath}`], {
        timeoutSeconds: 24 * 3600,
        onLine: (line) => said.push(line),
    });
    const close = async () => {
        proxy.kill("SIGTERM");
        await proxy.result;
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        await eventually(
            "kubectl proxy serves",
            async () => said,
            (lines) => lines.some((line) => line.startsWith("Starting to serve")),
        );
    } catch (error) {
        await close();
        throw error;
    }
    const agent = new Agent({ keepAlive: true });
    const ask = (method: string, path: string, body?: object) =>
        new Promise<Answer>((resolve, reject) => {
            const asked = request(
                { agent, socketPath, method, path, headers: { "content-type": "application/json" } },
                (response) => {
                    const parts: Buffer[] = [];
                    response.on("data", (part: Buffer) => parts.push(part));
                    response.on("error", reject);
                    response.on("end", () => {
                        const text = Buffer.concat(parts).toString();
                        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown });
                    });
                },
            );
            asked.on("error", reject);
            asked.end(body && JSON.stringify(body));
        });
    const resources = resourceNames(ask);
    return {
        rejection: async (manifest) => {
            const { status, body } = await ask(
                "POST",
                `${await resources(manifest)}?dryRun=All&fieldValidation=Strict`,
                manifest,
            );
            return status === 201 ? undefined : (body as { message: string }).message;
        },
        close: async () => {
            agent.destroy();
            await close();
        },
    };
}

/** Returns the path at which objects of a kind are created. The API server is asked once for each group. */
function resourceNames(
    ask: (method: string, path: string) => Promise<Answer>,
): (manifest: Manifest) => Promise<string> {
    const groups = new Map<string, Promise<Answer>>();
    return async ({ apiVersion, kind, metadata: { namespace } }) => {
        const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
        const answer = groups.get(group) ?? ask("GET", group);
        groups.set(group, answer);
        const { resources } = (await answer).body as {
            resources: { name: string; kind: string; namespaced: boolean }[];
        };
        const resource = resources.find((one) => one.kind === kind && !one.name.includes("/"));
        if (resource === undefined) {
            throw new Error(`the API server has no ${kind} in ${apiVersion}`);
        }
        return `${group}/${resource.namespaced ? `namespaces/${namespace ?? "default"}/` : ""}${resource.name}`;
    };
}
