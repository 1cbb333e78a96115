/** The istiods that serve the workload. */
import type * as pulumi from "@pulumi/pulumi";
import { dnsLabel } from "../kubernetes/names";
import { boolean, input, object, plain } from "../validation/checks";
import { trustDomainCheck } from "../x509/spiffe";
import { revisionCheck, revisionsCheck } from "./revisions";

/** The istiods that serve the workload: the feature flag, the revisions, sidecar injection, and the mesh trust domain. */
export interface IstiodSettings {
    /** Whether the component sets the feature flag ENABLE_TLS_ON_SIDECAR_INGRESS on istiod. All stacks that set the flag co-own it. With false, set the flag in another way, for example in the values of istiod's Helm chart. Plain value, not an Output. Default: true. */
    readonly manageFeatureFlag?: boolean;
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Istio revisions of the istiods that get the feature flag. "default" is the Deployment `istiod`, and any other name R is the Deployment `istiod-R`. At least one name, each once and of at most 57 lowercase letters, digits and "-". See [Canary Upgrades](https://istio.io/latest/docs/setup/upgrade/canary/). Plain value, not an Output. Default: ["default"]. */
    readonly revisions?: string[];
    /** Istio revision, or revision tag, that injects the sidecar. It sets a label on the pods and, with `createNamespace` or `labelNamespace`, a label on the namespace: `istio-injection` for "default", `istio.io/rev` for any other revision. At most 57 lowercase letters, digits and "-". See [Sidecar injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/). Default: the first of `revisions`. */
    readonly injectionRevision?: pulumi.Input<string>;
    /** Trust domain of the mesh, in lowercase. No URI SAN of a client may be in it or in "cluster.local". See [MeshConfig.trustDomain](https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-trust_domain). Default: "cluster.local". */
    readonly trustDomain?: pulumi.Input<string>;
}

export const istiodCheck = object<IstiodSettings>({
    manageFeatureFlag: plain(boolean),
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
    injectionRevision: revisionCheck,
    trustDomain: input(trustDomainCheck),
});
