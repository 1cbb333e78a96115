/** Metadata of the Kubernetes objects that a chain makes: name, namespace, and what all of them carry. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

type Map = pulumi.Input<{ [key: string]: pulumi.Input<string> }>;

/** Labels and annotations that every object of a chain gets, its pods included. */
export interface CommonMetadata {
    readonly labels?: Map | undefined;
    readonly annotations?: Map | undefined;
}

/** What one object has of its own; it wins over what is common. */
export interface OwnMetadata extends CommonMetadata {
    readonly name: pulumi.Input<string>;
    /** None for what is not in a namespace. */
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

/** All of them in one; the later ones win. */
export function mergeMaps(...maps: readonly (Map | undefined)[]): pulumi.Output<{ [key: string]: string }> {
    return pulumi
        .all(maps.map((map) => map ?? {}))
        .apply((known) => known.reduce<{ [key: string]: string }>((all, map) => ({ ...all, ...map }), {}));
}
