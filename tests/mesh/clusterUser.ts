/** Users of the cluster that may do just what a test says. */
import { rmSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../lab/cluster";
import { succeed } from "../../lab/demo/clients";

export interface PolicyRule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
}

export interface ClusterUser {
    /** The path of a kubeconfig with which one is this user. */
    readonly kubeconfig: string;
    remove(): Promise<void>;
}

/** A ServiceAccount of the namespace with these rights in it and none elsewhere, signed in by its token. */
export async function clusterUser(
    cluster: Cluster,
    name: string,
    namespace: string,
    rules: readonly PolicyRule[],
): Promise<ClusterUser> {
    const metadata = { name, namespace };
    const group = "rbac.authorization.k8s.io";
    const items = [
        { apiVersion: "v1", kind: "ServiceAccount", metadata },
        { apiVersion: `${group}/v1`, kind: "Role", metadata, rules },
        {
            apiVersion: `${group}/v1`,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup: group, kind: "Role", name },
            subjects: [{ kind: "ServiceAccount", name, namespace }],
        },
    ];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await succeed(cluster, "kubectl", ["apply", "-f", "-"], list);
    const token = await succeed(cluster, "kubectl", ["-n", namespace, "create", "token", name]);
    const view = await succeed(cluster, "kubectl", ["config", "view", "--raw", "--flatten", "--minify", "-o", "json"]);
    const { clusters } = JSON.parse(view) as { clusters: readonly { readonly name: string }[] };
    const context = { cluster: clusters[0]!.name, user: name };
    const folder = mkdtempSync(join(tmpdir(), `user-${name}-`));
    const kubeconfig = join(folder, "kubeconfig");
    const content = {
        apiVersion: "v1",
        kind: "Config",
        clusters,
        users: [{ name, user: { token: token.trim() } }],
        contexts: [{ name, context }],
        "current-context": name,
    };
    writeFileSync(kubeconfig, JSON.stringify(content), { mode: 0o600 });
    return {
        kubeconfig,
        remove: async () => {
            await succeed(cluster, "kubectl", ["delete", "--ignore-not-found", "-f", "-"], list);
            rmSync(folder, { recursive: true });
        },
    };
}
