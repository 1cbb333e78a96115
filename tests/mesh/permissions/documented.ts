/** The permissions in docs/permissions.md, as documented, and the ServiceAccounts that have them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Cluster } from "../../../lab/cluster";
import { auditedNamespace } from "../../../lab/pins";
import type { Later } from "../cleanUp";
import { type ClusterUser, clusterUser, type PolicyRule, rbacGroup } from "../clusterUser";
import { kubectlFor } from "../kubectl";
import { type Request, requestsOf } from "./requests";

interface Metadata {
    readonly name: string;
    readonly namespace?: string;
}

export interface Role {
    readonly kind: "Role" | "ClusterRole";
    readonly metadata: Metadata;
    readonly rules: readonly PolicyRule[];
}

export interface Binding {
    readonly apiVersion: string;
    readonly kind: "RoleBinding" | "ClusterRoleBinding";
    readonly metadata: Metadata;
    readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
    readonly subjects: readonly (Metadata & { readonly kind: string })[];
}

export interface Rights {
    readonly roles: readonly Role[];
    readonly bindings: readonly Binding[];
}

export interface DocumentedUser extends ClusterUser {
    readonly rights: Rights;
    /** All requests of the user until now. */
    requests(): Request[];
}

const permissionsPath = join(__dirname, "..", "..", "..", "docs", "permissions.md");

function documented(): (Role | Binding)[] {
    const blocks = [...readFileSync(permissionsPath, "utf8").matchAll(/```yaml\n([\s\S]*?)```/g)];
    return blocks.flatMap(([, text]) =>
        parseAllDocuments(text ?? "").map((document) => document.toJS() as Role | Binding),
    );
}

/** Returns the bindings of this ServiceAccount, and the roles that they reference. */
export function documentedRights(account: string): Rights {
    const objects = documented();
    const bindings = objects
        .filter((object) => "subjects" in object)
        .filter(({ subjects }) => subjects.some(({ name }) => name === account));
    const roles = objects
        .filter((object) => "rules" in object)
        .filter((role) => bindings.some((binding) => isNamedBy(binding, role)));
    return { bindings, roles };
}

function isNamedBy({ roleRef }: Binding, { kind, metadata }: Role): boolean {
    return roleRef.kind === kind && roleRef.name === metadata.name;
}

/** Returns documented ClusterRoles, bound to a ServiceAccount in one namespace. */
export function rightsIn(namespace: string, account: string, clusterRoles: readonly string[]): Rights {
    const roles = documented()
        .filter((object) => "rules" in object)
        .filter(({ kind, metadata }) => kind === "ClusterRole" && clusterRoles.includes(metadata.name));
    const bindings = roles.map(({ kind, metadata: { name } }): Binding => ({
        apiVersion: `${rbacGroup}/v1`,
        kind: "RoleBinding",
        metadata: { name: `${account}-${name}`, namespace },
        roleRef: { apiGroup: rbacGroup, kind, name },
        subjects: [{ kind: "ServiceAccount", name: account, namespace: auditedNamespace }],
    }));
    return { roles, bindings };
}

/** Creates a ServiceAccount with its permissions. The namespaces of their bindings must exist. */
export async function documentedUser(
    cluster: Cluster,
    later: Later,
    name: string,
    rights: Rights = documentedRights(name),
): Promise<DocumentedUser> {
    const kubectl = kubectlFor(cluster);
    later(async () => {
        await kubectl.run("delete", "namespace", auditedNamespace, "--ignore-not-found", "--timeout=60s");
    });
    await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: auditedNamespace } });
    const account = { name, namespace: auditedNamespace };
    const before = requestsOf(cluster, name).length;
    const user = await clusterUser(cluster, account, [...rights.roles, ...rights.bindings]);
    later(() => user.remove());
    return { ...user, rights, requests: () => requestsOf(cluster, name).slice(before) };
}

/** Returns the permissions that no request used, as "verb resource". */
export function unusedRights({ roles, bindings }: Rights, requests: readonly Request[]): string[] {
    const isAskedFor = (
        verb: string,
        resource: string,
        { apiGroups, resourceNames }: PolicyRule,
        { kind, metadata: { namespace } }: Binding,
    ): boolean =>
        requests.some(
            (request) =>
                request.verbs.includes(verb) &&
                request.resource === resource &&
                apiGroups.includes(request.apiGroup) &&
                (resourceNames === undefined || resourceNames.includes(request.name)) &&
                (kind === "ClusterRoleBinding" || request.namespace === namespace),
        );
    return bindings.flatMap((binding) =>
        roles
            .filter((role) => isNamedBy(binding, role))
            .flatMap(({ rules }) => rules)
            .flatMap((rule) =>
                rule.resources.flatMap((resource) =>
                    rule.verbs
                        .filter((verb) => !isAskedFor(verb, resource, rule, binding))
                        .map((verb) => `${verb} ${resource}`),
                ),
            ),
    );
}
