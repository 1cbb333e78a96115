/** Revisions of istiod: their names, defaults, and the labels by which they inject sidecars. */
import type * as pulumi from "@pulumi/pulumi";
import { input, list, matching, plain } from "../validation/checks";

/** The namespace in which Istio's charts and istioctl install istiod. */
export const defaultIstiodNamespace = "istio-system";

const revisionName = matching(
    /^[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?$/,
    "must be the name of an Istio revision: at most 57 lowercase letters, digits and '-', beginning and ending with a letter or digit",
);

/** Name of a revision or of a revision tag. */
export const revisionCheck = input(revisionName);

/** Names of revisions; plain, since they decide which Deployments are patched. */
export const revisionsCheck = plain(list(revisionName, { items: "plain", nonEmpty: true, unique: true }));

/** Which istiods a component works with. */
export interface ResolvedRevisions<Namespace extends pulumi.Input<string> = pulumi.Input<string>> {
    readonly namespace: Namespace;
    readonly revisions: readonly string[];
}

/** The istiods that arguments name, with the defaults. */
export function resolveRevisions(args?: {
    readonly namespace?: pulumi.Input<string>;
    readonly revisions?: readonly string[];
}): ResolvedRevisions {
    return { namespace: args?.namespace ?? defaultIstiodNamespace, revisions: args?.revisions ?? ["default"] };
}

/**
 * Pod labels for which istiod's webhook injects a sidecar, even in a namespace without the injection label
 * (manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml). A change of the revision changes the pod
 * template, so that new pods get the sidecar of that revision.
 */
export function podInjectionLabels(revision: string): { [label: string]: string } {
    return { "sidecar.istio.io/inject": "true", ...(revision === "default" ? {} : { "istio.io/rev": revision }) };
}

/** The namespace label for which the webhook of a revision injects sidecars. */
export function namespaceInjectionLabel(revision: string): { [label: string]: string } {
    return revision === "default" ? { "istio-injection": "enabled" } : { "istio.io/rev": revision };
}
