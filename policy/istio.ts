import { isOf, type StackObject } from "./kubernetesObject";
import { maybeSame, maySelect, type Pods } from "./pods";
import { at } from "./values";
import { defaultIstiodNamespace } from "../components/mesh/revisions";

export const isSidecar = isOf("networking.istio.io", "Sidecar");
export const isPeerAuthentication = isOf("security.istio.io", "PeerAuthentication");
export const isAuthorizationPolicy = isOf("security.istio.io", "AuthorizationPolicy");

/** The labels by which an object finds pods; nothing where it means all of its namespace. */
export function selectorOf(object: StackObject): unknown {
    switch (object.kind) {
        case "Service":
            return at(object.spec, "selector");
        case "Sidecar":
            return at(object.spec, "workloadSelector", "labels");
        default:
            return at(object.spec, "selector", "matchLabels");
    }
}

/** Policies in Istio's root namespace apply to all others, too. */
export function appliesEverywhere(object: StackObject): boolean {
    return (
        (isPeerAuthentication(object) || isAuthorizationPolicy(object)) && object.namespace === defaultIstiodNamespace
    );
}

export function mayApplyTo(object: StackObject, pods: Pods): boolean {
    return (
        (appliesEverywhere(object) || maybeSame(object.namespace, pods.namespace)) &&
        maySelect(selectorOf(object), pods.labels)
    );
}
