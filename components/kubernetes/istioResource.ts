/** Istio's objects; @pulumi/kubernetes has no types for them. */
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** The kinds used here, in the versions that Istio has served since 1.22. */
const kinds = {
    AuthorizationPolicy: "security.istio.io/v1",
    PeerAuthentication: "security.istio.io/v1",
    Sidecar: "networking.istio.io/v1",
} as const;

export function createIstioResource(
    name: string,
    kind: keyof typeof kinds,
    metadata: k8s.types.input.meta.v1.ObjectMeta,
    spec: pulumi.Input<object>,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    return new k8s.apiextensions.CustomResource(name, { apiVersion: kinds[kind], kind, metadata, spec }, opts);
}
