/** The control plane that serves the workload. */
import type * as pulumi from "@pulumi/pulumi";
import { object, plain, boolean, input } from "../validation/checks";
import { dnsLabel } from "../kubernetes/names";
import { trustDomainCheck } from "../x509/spiffe";
import { revisionsCheck, revisionCheck } from "./revisions";

export interface IstiodSettings {
    /** Sets the feature flag on istiod, together with all other stacks that do. Plain value. Default: true; false leaves it to others, such as the values of istiod's Helm chart. */
    readonly manageFeatureFlag?: boolean;
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Revisions of istiod that get the flag; "default" is the Deployment istiod, any other name R the Deployment istiod-R. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
    /** Revision, or revision tag, that gives the pods their sidecar: a label of theirs, and of the namespace where that is created or labelled here ("default": istio-injection, any other istio.io/rev). Default: the first one of revisions. */
    readonly injectionRevision?: pulumi.Input<string>;
    /** The mesh's trust domain (meshConfig.trustDomain), which no client may be in. Default: "cluster.local". */
    readonly trustDomain?: pulumi.Input<string>;
}

export const istiodCheck = object<IstiodSettings>({
    manageFeatureFlag: plain(boolean),
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
    injectionRevision: revisionCheck,
    trustDomain: input(trustDomainCheck),
});
