/** The pods behind the sidecar, and the Service in front of them. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { input, labelValue, object, required, selectorLabels, text, wholeNumber } from "./checks";
import type { Labels } from "./labels";
import { podPort, type Ports } from "./ports";

export interface WorkloadArgs {
    /** Container image of the application. */
    readonly image: pulumi.Input<string>;
    /** Port on which the application listens in the pod, in plaintext. */
    readonly port: pulumi.Input<number>;
    /** Labels by which every object finds the pods. Default: { app: the name of the Service }. */
    readonly labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Istio's label `version` of the pods, in the selectors of Deployment and Sidecar. Default: no such label. */
    readonly version?: pulumi.Input<string>;
    /** Number of pods. Default: 1. */
    readonly replicas?: pulumi.Input<number>;
}

export const workloadCheck = object<WorkloadArgs>({
    image: required(input(text)),
    port: required(input(podPort)),
    labels: input(selectorLabels),
    version: input(labelValue),
    replicas: input(wholeNumber(0, 10000, "")),
});

export function deploymentSpec(
    name: pulumi.Input<string>,
    args: Pick<WorkloadArgs, "image" | "replicas">,
    pod: {
        readonly labels: pulumi.Input<Labels>;
        readonly annotations: pulumi.Input<{ [annotation: string]: string }>;
        readonly serviceAccountName: pulumi.Input<string>;
        readonly port: pulumi.Input<number>;
    },
): k8s.types.input.apps.v1.DeploymentSpec {
    return {
        replicas: args.replicas ?? 1,
        selector: { matchLabels: pod.labels },
        template: {
            metadata: { labels: pod.labels, annotations: pod.annotations },
            spec: {
                serviceAccountName: pod.serviceAccountName,
                containers: [
                    {
                        name,
                        image: args.image,
                        imagePullPolicy: "IfNotPresent",
                        ports: [{ containerPort: pod.port }],
                    },
                ],
            },
        },
    };
}

/** Istio reads the protocol of a port from its name: https is passed on untouched by clients in the mesh. */
export function serviceSpec(selector: pulumi.Input<Labels>, ports: Ports): k8s.types.input.core.v1.ServiceSpec {
    return {
        ports: [
            { name: "https", port: ports.externalService, targetPort: ports.externalListener },
            { name: "http", port: ports.internalService, targetPort: ports.internalListener },
        ],
        selector,
    };
}
