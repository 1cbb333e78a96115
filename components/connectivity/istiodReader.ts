/** What lets a ServiceAccount read the Deployments of istiod, and nothing else. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { deploymentName } from "../mesh/istiodFeatureFlag";
import { defaultIstiodNamespace } from "../mesh/revisions";

export function createIstiodReader(
    name: string,
    { namespace = defaultIstiodNamespace, revisions = ["default"] }: IstiodDeployments,
    account: { readonly name: pulumi.Input<string>; readonly namespace: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
    // Checks of one name in several namespaces meet here; none of the two names has a dot in it.
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

/** The Deployments of istiod. */
export interface IstiodDeployments {
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Revisions of istiod; "default" is the Deployment istiod, any other name R the Deployment istiod-R. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
}
