/** Metadata of the Kubernetes objects that a component creates: name, namespace, and common labels and annotations. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

type Map = pulumi.Input<{ [key: string]: pulumi.Input<string> }>;

/** Labels and annotations of every object of a component, including its pods. */
export interface CommonMetadata {
    readonly labels?: Map | undefined;
    readonly annotations?: Map | undefined;
}

/** Metadata of one object, which takes precedence over the common metadata. */
export interface OwnMetadata extends CommonMetadata {
    readonly name: pulumi.Input<string>;
    /** Undefined for cluster-scoped objects. */
    readonly namespace?: pulumi.Input<string>;
}

export function objectMetadata(
    common: CommonMetadata,
    { labels, annotations, ...identity }: OwnMetadata,
): k8s.types.input.meta.v1.ObjectMeta {
    return {
        ...identity,
        ...(common.labels || labels ? { labels: mergeMaps(common.labels, labels) } : {}),
        ...(common.annotations || annotations ? { annotations: mergeMaps(common.annotations, annotations) } : {}),
    };
}

/** Merges maps; later ones take precedence. */
export function mergeMaps(...maps: readonly (Map | undefined)[]): pulumi.Output<{ [key: string]: string }> {
    return pulumi
        .all(maps.map((map) => map ?? {}))
        .apply((known) => known.reduce<{ [key: string]: string }>((all, map) => ({ ...all, ...map }), {}));
}
