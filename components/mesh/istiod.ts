/** The istiods that serve the workload. */
import type * as pulumi from "@pulumi/pulumi";
import { dnsLabel } from "../kubernetes/names";
import { boolean, input, object, plain } from "../validation/checks";
import { trustDomainCheck } from "../x509/spiffe";
import { revisionCheck, revisionsCheck } from "./revisions";

/** The istiods that serve the workload: the feature flag, the revisions, sidecar injection, and the mesh trust domain. */
export interface IstiodSettings {
    /** Whether the component sets the feature flag ENABLE_TLS_ON_SIDECAR_INGRESS on istiod; all stacks that do so co-own it. With false, set the flag in another way, for example in the values of istiod's Helm chart. Plain value. Default: true. */
    readonly manageFeatureFlag?: boolean;
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Istio revisions whose istiod gets the feature flag (https://istio.io/latest/docs/setup/upgrade/canary/): "default" is the Deployment istiod, and any other name R is the Deployment istiod-R. At least one. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
    /** Revision or revision tag that injects the sidecar (https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/). It sets a label of the pods and, if the component creates or labels the namespace, a label of the namespace: istio-injection for "default", and istio.io/rev for any other revision. Default: the first item of revisions. */
    readonly injectionRevision?: pulumi.Input<string>;
    /** Trust domain of the mesh (meshConfig.trustDomain, https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/), in lower case. The URI SAN of a client must not be in it. Default: "cluster.local". */
    readonly trustDomain?: pulumi.Input<string>;
}

export const istiodCheck = object<IstiodSettings>({
    manageFeatureFlag: plain(boolean),
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
    injectionRevision: revisionCheck,
    trustDomain: input(trustDomainCheck),
});
