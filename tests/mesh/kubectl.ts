/** Direct access to the cluster, without the Pulumi engine. */
import type { Cluster } from "../../lab/cluster";

export interface ManagedFields {
    readonly manager: string;
    readonly operation: string;
    readonly subresource?: string;
    readonly fieldsV1: unknown;
}

export interface ClusterObject {
    readonly metadata: {
        readonly name: string;
        readonly uid: string;
        readonly deletionTimestamp?: string;
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
        readonly managedFields?: readonly ManagedFields[];
    };
    readonly spec?: {
        readonly template?: { readonly spec: { readonly containers: readonly Readonly<Record<string, unknown>>[] } };
    };
    readonly [key: string]: unknown;
}

export interface Kubectl {
    /** Throws with kubectl's error output if it fails. */
    run(...args: readonly string[]): Promise<string>;
    apply(object: object): Promise<void>;
    create(object: object): Promise<void>;
    get(kind: string, name: string, namespace: string): Promise<ClusterObject>;
    list(kind: string, namespace: string): Promise<readonly ClusterObject[]>;
    exists(kind: string, name: string): Promise<boolean>;
    /** Does nothing if the namespace does not exist. */
    deleteNamespace(name: string): Promise<void>;
}

export function kubectlFor(cluster: Cluster): Kubectl {
    const run = async (args: readonly string[], input?: string): Promise<string> => {
        const result = await cluster.run("kubectl", args, input === undefined ? {} : { input });
        if (result.exitCode !== 0) {
            throw new Error(`kubectl ${args.join(" ")} failed (${result.exitCode}): ${result.stderr}`);
        }
        return result.stdout;
    };
    const json = ["-o", "json", "--show-managed-fields"];
    return {
        run: (...args) => run(args),
        apply: async (object) => {
            await run(["apply", "-f", "-"], JSON.stringify(object));
        },
        create: async (object) => {
            await run(["create", "-f", "-"], JSON.stringify(object));
        },
        get: async (kind, name, namespace) =>
            JSON.parse(await run(["get", kind, name, "-n", namespace, ...json])) as ClusterObject,
        list: async (kind, namespace) =>
            (JSON.parse(await run(["get", kind, "-n", namespace, ...json])) as { items: ClusterObject[] }).items,
        exists: async (kind, name) => (await run(["get", kind, name, "--ignore-not-found", "-o", "name"])) !== "",
        deleteNamespace: async (name) => {
            await run(["delete", "namespace", name, "--ignore-not-found", "--wait=false"]);
        },
    };
}
