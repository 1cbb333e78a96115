/** The workload's namespace: created, or an existing one that gets the label for sidecar injection. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { dnsLabel } from "../kubernetes/names";
import { isLater } from "../validation/checks";
import * as problem from "../validation/problem";
import { namespaceInjectionLabel } from "./revisions";

/** Namespaces in which Istio never injects a sidecar (manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml). */
const namespacesWithoutInjection = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

export function namespaceCheck(value: unknown, path: string): problem.Problem[] {
    if (typeof value === "string" && namespacesWithoutInjection.includes(value)) {
        return [
            problem.invalid(path, value, "is a namespace in which Istio never injects sidecars. Use another namespace"),
        ];
    }
    return dnsLabel(value, path);
}

/** Istio ignores PeerAuthentications with a selector in its root namespace, by default the namespace of istiod (pilot/pkg/security/authn/policy_applier.go). */
export function validateNotRootNamespace(namespace: unknown, istiodNamespace: unknown): problem.Problem[] {
    return !isLater(namespace) && namespace === istiodNamespace
        ? [
              problem.invalid(
                  "namespace",
                  namespace,
                  "is the namespace of istiod, in which Istio ignores a PeerAuthentication for a single workload. Use another namespace",
              ),
          ]
        : [];
}

export function createNamespace(
    args: { readonly createNamespace?: boolean; readonly labelNamespace?: boolean },
    { name, namespace, injectionRevision, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    const labels = injectionRevision.apply(namespaceInjectionLabel);
    if (args.createNamespace) {
        return [
            new k8s.core.v1.Namespace(
                `${name}-namespace`,
                { metadata: metadata({ name: namespace, labels }) },
                after(...before),
            ),
        ];
    }
    if (args.labelNamespace) {
        return [
            new k8s.core.v1.NamespacePatch(
                `${name}-namespace`,
                { metadata: { name: namespace, labels } },
                after(...before),
            ),
        ];
    }
    return [];
}
