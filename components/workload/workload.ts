/** The application behind the sidecar: a Deployment that is made here, or pods that somebody else makes. */
import type * as pulumi from "@pulumi/pulumi";
import { ApplicationAddress } from "./applicationAddress";
import {
    boolean,
    type Check,
    input,
    integer,
    isLater,
    list,
    mapOf,
    matching,
    nonEmptyString,
    object,
    oneOf,
    plain,
    required,
    string,
} from "../validation/checks";
import { labelKey, labelValue, objectName, selectorLabelsCheck } from "../kubernetes/names";
import { listenersWithDefaults, type Listener, podPort } from "../listeners/listeners";
import { type Probe, probeCheck, validateProbe } from "./probe";
import { type SecurityContext, securityContextCheck } from "./securityContext";
import { problem, type Problem } from "../validation/problem";

/** A Deployment that is made here. What of the pod cannot be said here is reached by Pulumi's transforms, or in a Deployment of one's own with existingWorkload. */
export interface Workload {
    /** Container image of the application. */
    readonly image: pulumi.Input<string>;
    /** Port on which the application listens in the pod, in plaintext. */
    readonly port: pulumi.Input<number>;
    /** Address on which it listens: "0.0.0.0" for all addresses of the pod, "127.0.0.1" for the loopback interface alone, where nobody can go round the sidecar. Plain value. Default: "0.0.0.0". */
    readonly address?: ApplicationAddress;
    /** Labels by which every object finds the pods. Default: { app: the name of the Service }. */
    readonly labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Istio's label `version` of the pods, in the selectors of Deployment and Sidecar. Default: no such label. */
    readonly version?: pulumi.Input<string>;
    /** Number of pods. Plain value. Default: left out, for an autoscaler to set; without one that is one pod. */
    readonly replicas?: number;
    /** Keeps all pods but one when nodes are drained (a PodDisruptionBudget). Plain value. Default: true with replicas above one. */
    readonly podDisruptionBudget?: boolean;
    /** Labels of nodes over whose values the pods are spread as evenly as can be (topologySpreadConstraints, ScheduleAnyway). Default: "kubernetes.io/hostname" and "topology.kubernetes.io/zone". */
    readonly topologySpreadKeys?: pulumi.Input<pulumi.Input<string>[]>;
    /** CPU, memory and the like that the application asks for, and that it may take. Default: neither. */
    readonly resources?: ResourceRequirements;
    /** Environment variables of the application. Default: none. */
    readonly environment?: pulumi.Input<{ [name: string]: pulumi.Input<string> }>;
    /** When a pod gets requests. Default: a TCP connection to the port every 2 seconds; with address "127.0.0.1" none. */
    readonly readinessProbe?: Probe;
    /** When the application is started anew. Default: none. */
    readonly livenessProbe?: Probe;
    /** Until when the other probes wait. Default: none. */
    readonly startupProbe?: Probe;
    /** Name of a ServiceAccount that exists, for the pods. Default: one is made, objectNames.serviceAccount. */
    readonly existingServiceAccount?: pulumi.Input<string>;
    /** What the application may do on its node. Default: no more rights than at its start, no Linux capability but NET_BIND_SERVICE, the runtime's seccomp profile. */
    readonly securityContext?: SecurityContext;
}

/** Resources of a container, in Kubernetes' quantities (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/). */
export interface ResourceRequirements {
    /** What is kept free for it, such as { cpu: "100m", memory: "128Mi" }. Default: nothing. */
    readonly requests?: pulumi.Input<{ [resource: string]: pulumi.Input<string> }>;
    /** What it may take at most. Default: no limit. */
    readonly limits?: pulumi.Input<{ [resource: string]: pulumi.Input<string> }>;
}

/** Pods of a Deployment, StatefulSet, DaemonSet or Helm release of one's own, which gets the outputs podAnnotations, podLabels, podVolumes and podContainers. */
export interface ExistingWorkload {
    /** Labels that all of its pods have, and no others in the namespace. */
    readonly selector: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Port on which the application listens in the pod, in plaintext. */
    readonly port: pulumi.Input<number>;
    /** Address on which it listens: "0.0.0.0" for all addresses of the pod, "127.0.0.1" for the loopback interface alone, where nobody can go round the sidecar. Plain value. Default: "0.0.0.0". */
    readonly address?: ApplicationAddress;
}

/** Kubernetes takes a Deployment whose image has blanks at its ends, and then none of its pods (pkg/apis/core/validation). */
function image(value: unknown, path: string): Problem[] {
    return typeof value === "string" && /[\s\u0085]/.test(value)
        ? [problem(path, value, "must be the name of a container image, which has no blanks")]
        : nonEmptyString(value, path);
}

const address = plain(oneOf(Object.values(ApplicationAddress)));

/** Others are refused, or belong to a device plugin, whose names have a domain (pkg/apis/core/validation, ValidateContainerResourceName). */
const resourceName: Check = (value, path) =>
    /^(cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMGT]i)$/.test(String(value)) ||
    (String(value).includes("/") && labelKey(value, path).length === 0)
        ? []
        : [problem(path, value, 'must be "cpu", "memory", "ephemeral-storage" or a name with a domain')];

const quantities = input(
    mapOf(
        resourceName,
        input(
            matching(
                /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
                'must be a quantity of Kubernetes such as "100m" or "128Mi"',
            ),
        ),
    ),
);

export const workloadCheck = object<Workload>({
    image: required(input(image)),
    port: required(input(podPort)),
    address,
    labels: input(selectorLabelsCheck),
    version: input(labelValue),
    replicas: plain(integer(0, 10000, "")),
    podDisruptionBudget: plain(boolean),
    topologySpreadKeys: input(list(nonEmptyString)),
    resources: object<ResourceRequirements>({ requests: quantities, limits: quantities }),
    environment: input(
        mapOf(matching(/^[-._a-zA-Z][-._a-zA-Z0-9]*$/, "must be the name of an environment variable"), input(string)),
    ),
    readinessProbe: probeCheck,
    livenessProbe: probeCheck,
    startupProbe: probeCheck,
    existingServiceAccount: input(objectName),
    securityContext: securityContextCheck,
});

export const existingWorkloadCheck = object<ExistingWorkload>({
    selector: required(input(selectorLabelsCheck)),
    port: required(input(podPort)),
    address,
});

interface WorkloadArguments {
    readonly workload?: Workload;
    readonly existingWorkload?: ExistingWorkload;
    readonly listeners?: readonly Listener[];
}

/** The workload that the arguments give: one that the component creates, or an existing one. */
export type ResolvedWorkload =
    ({ readonly kind: "created" } & Workload) | ({ readonly kind: "existing" } & ExistingWorkload);

/** Undefined where the arguments give none, which validation rejects. */
export function resolveWorkload({ workload, existingWorkload }: WorkloadArguments): ResolvedWorkload | undefined {
    if (workload) {
        return { kind: "created", ...workload };
    }
    return existingWorkload ? { kind: "existing", ...existingWorkload } : undefined;
}

/** Where the application listens, and the argument that gives its port. */
export function resolveApplication({ kind, port, address }: ResolvedWorkload): {
    readonly port: pulumi.Input<number>;
    readonly address: ApplicationAddress;
    readonly path: string;
} {
    return {
        port,
        address: address ?? ApplicationAddress.All,
        path: kind === "created" ? "workload.port" : "existingWorkload.port",
    };
}

/** No workload, two of them, or one whose parts contradict each other. */
export function validateWorkload({ workload, existingWorkload, listeners }: WorkloadArguments): Problem[] {
    if (workload && existingWorkload) {
        return [
            {
                propertyPath: "existingWorkload",
                reason: "contradicts workload: either a Deployment is made here or there is one; leave one out",
            },
        ];
    }
    if (existingWorkload) {
        return [];
    }
    if (!workload) {
        return [
            {
                propertyPath: "workload",
                reason: "is required: give workload for a Deployment that is made here, or existingWorkload for pods of your own",
            },
        ];
    }
    const { labels, version } = workload;
    const asked = {
        address: workload.address,
        listenerPorts: listenersWithDefaults(listeners).map(({ listenerPort }) => listenerPort as unknown),
    };
    const probes = (["readinessProbe", "livenessProbe", "startupProbe"] as const).flatMap((probe) =>
        workload[probe] ? validateProbe(workload[probe], `workload.${probe}`, asked) : [],
    );
    return version && typeof labels === "object" && !isLater(labels) && "version" in labels
        ? [
              ...probes,
              {
                  propertyPath: "workload.version",
                  reason: "contradicts the label version in workload.labels: give it once",
              },
          ]
        : probes;
}
