/** Istio's objects, for which @pulumi/kubernetes has no types. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A kind of Istio object, in the version that Istio has served since 1.22. */
export interface IstioKind<Spec extends object> {
    readonly apiVersion: string;
    readonly kind: string;
    /** Never set: it ties the kind to its spec, so that the spec of another kind does not compile. */
    readonly spec?: (spec: Spec) => void;
}

export function createIstioResource<Spec extends object>(
    name: string,
    { apiVersion, kind }: IstioKind<Spec>,
    metadata: k8s.types.input.meta.v1.ObjectMeta,
    spec: pulumi.Input<Spec>,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    return new k8s.apiextensions.CustomResource(name, { apiVersion, kind, metadata, spec }, opts);
}
