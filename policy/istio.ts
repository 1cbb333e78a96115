/** The pods to which Istio's policies and Sidecars apply. */
import { defaultIstiodNamespace } from "../components/mesh/revisions";
import { isKind, type StackObject } from "./kubernetesObject";
import { mayEqual, maySelect, type Pods } from "./pods";
import { getAt } from "./values";

export const isSidecar = isKind("networking.istio.io", "Sidecar");
export const isPeerAuthentication = isKind("security.istio.io", "PeerAuthentication");
export const isAuthorizationPolicy = isKind("security.istio.io", "AuthorizationPolicy");

/** The labels by which an object selects pods; `undefined` if it applies to its whole namespace. */
export function getSelector(object: StackObject): unknown {
    switch (object.kind) {
        case "Service":
            return getAt(object.spec, "selector");
        case "Sidecar":
            return getAt(object.spec, "workloadSelector", "labels");
        default:
            return getAt(object.spec, "selector", "matchLabels");
    }
}

/** Policies in Istio's root namespace apply to all namespaces. */
export function isMeshWide(object: StackObject): boolean {
    return (
        (isPeerAuthentication(object) || isAuthorizationPolicy(object)) && object.namespace === defaultIstiodNamespace
    );
}

export function mayApplyTo(object: StackObject, pods: Pods): boolean {
    return (
        (isMeshWide(object) || mayEqual(object.namespace, pods.namespace)) &&
        maySelect(getSelector(object), pods.labels)
    );
}
