/** Users of the cluster with exactly the permissions that a test grants. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
    /** The path of a kubeconfig that authenticates as this user. */
    readonly kubeconfig: string;
    remove(): Promise<void>;
}

export const rbacGroup = "rbac.authorization.k8s.io";

/** A ServiceAccount in an existing namespace, authenticated by its token. Its permissions are created and removed with it. */
export async function clusterUser(
    cluster: Cluster,
    account: { readonly name: string; readonly namespace: string },
    rights: readonly object[],
): Promise<ClusterUser> {
    const { name, namespace } = account;
    const items = [{ apiVersion: "v1", kind: "ServiceAccount", metadata: account }, ...rights];
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

/** Grants these rules in the ServiceAccount's own namespace only. */
export function rightsInOwnNamespace(
    account: { readonly name: string; readonly namespace: string },
    rules: readonly PolicyRule[],
): object[] {
    const { name } = account;
    return [
        { apiVersion: `${rbacGroup}/v1`, kind: "Role", metadata: account, rules },
        {
            apiVersion: `${rbacGroup}/v1`,
            kind: "RoleBinding",
            metadata: account,
            roleRef: { apiGroup: rbacGroup, kind: "Role", name },
            subjects: [{ kind: "ServiceAccount", ...account }],
        },
    ];
}
