/** What the steps of one component share. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CommonMetadata, OwnMetadata } from "./kubernetes/metadata";
import type { ResolvedObjectNames } from "./kubernetes/objectNames";
import type { Pods } from "./kubernetes/selectors";
import type { ResolvedListener } from "./listeners/listeners";

export interface Context {
    /** Name of the component, the prefix of all resource names. */
    readonly name: string;
    readonly names: ResolvedObjectNames;
    readonly namespace: pulumi.Output<string>;
    readonly service: pulumi.Output<string>;
    /** DNS name of the Service. */
    readonly host: pulumi.Output<string>;
    readonly externalHostNames: pulumi.Output<string[]>;
    readonly clusterDomain: pulumi.Output<string>;
    readonly listeners: pulumi.Output<ResolvedListener[]>;
    /** Address on which the application listens in its pod: "0.0.0.0" or "127.0.0.1". */
    readonly applicationAddress: string;
    readonly pods: Pods;
    /** Revision, or revision tag, of the istiod that injects the sidecar. */
    readonly injectionRevision: pulumi.Output<string>;
    /** Labels that make istiod inject the sidecar into a pod. */
    readonly injectionLabels: pulumi.Output<{ [label: string]: string }>;
    /** Labels and annotations of every object. */
    readonly common: CommonMetadata;
    /** Metadata of an object, merged with the common labels and annotations. */
    readonly metadata: (own: OwnMetadata) => k8s.types.input.meta.v1.ObjectMeta;
    /** Options of a resource that is created after the given resources and deleted before them. */
    readonly after: (...resources: pulumi.Resource[]) => pulumi.CustomResourceOptions;
}
