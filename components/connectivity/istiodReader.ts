/** RBAC for the check's ServiceAccount: read the Deployments of istiod, and nothing else. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { deploymentName } from "../mesh/istiodFeatureFlag";
import { resolveRevisions } from "../mesh/revisions";

/** The Deployments of istiod that a ConnectivityCheck reads after a failure. */
export interface IstiodDeployments {
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Istio revisions of the istiods whose Deployments the check reads. "default" is the Deployment `istiod`, and any other name R is the Deployment `istiod-R`. At least one name, each once and of at most 57 lowercase letters, digits and "-". See [Canary Upgrades](https://istio.io/latest/docs/setup/upgrade/canary/). Plain value, not an Output. Default: ["default"]. */
    readonly revisions?: string[];
}

export function createIstiodReader(
    name: string,
    istiod: IstiodDeployments,
    account: { readonly name: pulumi.Input<string>; readonly namespace: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    const { namespace, revisions } = resolveRevisions(istiod);
    // Checks with the same name in several namespaces share the namespace of istiod. Neither part of the name contains a dot.
    const metadata = { name: pulumi.interpolate`${account.name}.${account.namespace}`, namespace };
    const role = new k8s.rbac.v1.Role(
        `${name}-role`,
        {
            metadata,
            rules: [
                {
                    apiGroups: ["apps"],
                    resources: ["deployments"],
                    resourceNames: revisions.map(deploymentName),
                    verbs: ["get"],
                },
            ],
        },
        opts,
    );
    const binding = new k8s.rbac.v1.RoleBinding(
        `${name}-role-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: metadata.name },
            subjects: [{ kind: "ServiceAccount", name: account.name, namespace: account.namespace }],
        },
        opts,
    );
    return [role, binding];
}
