import { input, list, matching, plain } from "../validation/checks";

/**
 * The labels by which istiod's webhook gives a pod its sidecar even in a namespace that is not labelled
 * (manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml). Another revision makes other pods, which
 * have its sidecar.
 */
export function podInjectionLabels(revision: string): { [label: string]: string } {
    return { "sidecar.istio.io/inject": "true", ...(revision === "default" ? {} : { "istio.io/rev": revision }) };
}

/** Where Istio's charts and istioctl put istiod. */
export const defaultIstiodNamespace = "istio-system";

const revisionName = matching(/^[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?$/, "must be the name of an Istio revision");

/** Name of a revision or of a revision tag. */
export const revisionCheck = input(revisionName);

/** Names of istiod revisions; plain, since they decide which Deployments are patched. */
export const revisionsCheck = plain(list(revisionName, { items: "plain", nonEmpty: true, unique: true }));

/** The label by which the injection webhook of an istiod revision finds the namespace. */
export function namespaceInjectionLabel(revision: string): { [label: string]: string } {
    return revision === "default" ? { "istio-injection": "enabled" } : { "istio.io/rev": revision };
}
