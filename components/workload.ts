/** The pods behind the sidecar, and the Service in front of them. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { input, object, problem, type Problem, required, text, wholeNumber } from "./checks";
import { labelValue, selectorLabels } from "./kubernetesNames";
import type { Labels } from "./labels";
import { defaultPorts, type Listeners, podPort, TlsProtocol } from "./listeners";

export interface Workload {
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

/** Kubernetes takes a Deployment whose image has blanks at its ends, and then none of its pods (pkg/apis/core/validation). */
function image(value: unknown, path: string): Problem[] {
    return typeof value === "string" && /[\s\u0085]/.test(value)
        ? [problem(path, value, "must be the name of a container image, which has no blanks")]
        : text(value, path);
}

export const workloadCheck = object<Workload>({
    image: required(input(image)),
    port: required(input(podPort)),
    labels: input(selectorLabels),
    version: input(labelValue),
    replicas: input(wholeNumber(0, 10000, "")),
});

/**
 * How long a pod that is to go serves on. Its sidecar tells clients at once to take their next request elsewhere, Envoy gives
 * those on HTTP/2 five seconds for it (drain_timeout), and the Service's new endpoints reach the nodes meanwhile.
 */
export const drainSeconds = 10;

export function deploymentSpec(
    name: pulumi.Input<string>,
    args: Pick<Workload, "image" | "replicas">,
    pod: {
        /** By these the Deployment finds its pods. */
        readonly selector: pulumi.Input<Labels>;
        readonly labels: pulumi.Input<Labels>;
        readonly annotations: pulumi.Input<{ [annotation: string]: string }>;
        readonly serviceAccountName: pulumi.Input<string>;
        readonly port: pulumi.Input<number>;
    },
): k8s.types.input.apps.v1.DeploymentSpec {
    return {
        replicas: args.replicas ?? 1,
        selector: { matchLabels: pod.selector },
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
                        // A pod is ready once its application listens: before that its sidecar could only answer 503.
                        readinessProbe: { tcpSocket: { port: pod.port }, periodSeconds: 2 },
                        lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
                    },
                ],
            },
        },
    };
}

/** Istio reads the protocol of a port from its name; https and tls are passed on untouched by clients in the mesh. */
export function serviceSpec(
    selector: pulumi.Input<Labels>,
    { external, internal }: Listeners,
): k8s.types.input.core.v1.ServiceSpec {
    const [outside, inMesh] =
        external.protocol === TlsProtocol.Https ? (["https", "http"] as const) : (["tls", "tcp"] as const);
    // Another port needs another name: the preview of its first change finds the old port beside the new one, and the API
    // server refuses two of one name (pulumi-kubernetes: fixCSAFieldManagers does nothing in a preview).
    const named = (protocol: string, port: number, ordinary: number) =>
        port === ordinary ? protocol : `${protocol}-${port}`;
    return {
        ports: [
            {
                name: named(outside, external.servicePort, defaultPorts.externalService),
                port: external.servicePort,
                targetPort: external.listenerPort,
            },
            {
                name: named(inMesh, internal.servicePort, defaultPorts.internalService),
                port: internal.servicePort,
                targetPort: internal.listenerPort,
            },
        ],
        selector,
    };
}
