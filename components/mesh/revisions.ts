/**
 * The labels by which istiod's webhook gives a pod its sidecar even in a namespace that is not labelled
 * (manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml). Another revision makes other pods, which
 * have its sidecar.
 */
export function injectionLabels(revision: string): { [label: string]: string } {
    return { "sidecar.istio.io/inject": "true", ...(revision === "default" ? {} : { "istio.io/rev": revision }) };
}
