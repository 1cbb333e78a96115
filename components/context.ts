/** What the parts of one chain have in common. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KnownListener } from "./listeners/listeners";
import type { OwnMetadata } from "./kubernetes/metadata";
import type { AllObjectNames } from "./kubernetes/objectNames";
import type { Pods } from "./kubernetes/selectors";

export interface Chain {
    /** Name of the component, with which all names of resources begin. */
    readonly name: string;
    readonly names: AllObjectNames;
    readonly namespace: pulumi.Output<string>;
    readonly service: pulumi.Output<string>;
    /** DNS name of the Service. */
    readonly host: pulumi.Output<string>;
    readonly externalHostNames: pulumi.Output<string[]>;
    readonly clusterDomain: pulumi.Output<string>;
    readonly listeners: pulumi.Output<KnownListener[]>;
    readonly pods: Pods;
    /** Metadata with what all objects of the chain carry. */
    readonly metadata: (own: OwnMetadata) => k8s.types.input.meta.v1.ObjectMeta;
    /** Options of a resource that comes after these. */
    readonly after: (...resources: pulumi.Resource[]) => pulumi.CustomResourceOptions;
}
