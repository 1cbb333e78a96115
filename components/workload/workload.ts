/** The application behind the sidecar: a Deployment that the component creates, or existing pods. */
import type * as pulumi from "@pulumi/pulumi";
import { labelKey, labelValue, objectName, selectorLabelsCheck } from "../kubernetes/names";
import { type Listener, listenersWithDefaults, podPort } from "../listeners/listeners";
import {
    boolean,
    type Check,
    input,
    integer,
    isLater,
    isRecord,
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
import { exclusive } from "../validation/exclusive";
import type { Problem } from "../validation/problem";
import * as problem from "../validation/problem";
import { ApplicationAddress } from "./applicationAddress";
import { type Probe, probeCheck, validateProbe } from "./probe";
import { type SecurityContext, securityContextCheck } from "./securityContext";

/** Settings of the Deployment that the component creates. For other pod fields, use Pulumi [transforms](https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/), or manage the Deployment yourself with `existingWorkload`. See [Deployments](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/). */
export interface Workload {
    /** Container image of the application, without whitespace. Kubernetes pulls it only if the node does not have it (`imagePullPolicy` IfNotPresent). See [Images](https://kubernetes.io/docs/concepts/containers/images/). */
    readonly image: pulumi.Input<string>;
    /** Port on which the application listens in the pod, in plaintext. From 1 to 65535, but no port from 15000 to 15090, which [Istio reserves](https://istio.io/latest/docs/ops/deployment/application-requirements/), and no `listenerPort`. */
    readonly port: pulumi.Input<number>;
    /** Address on which the application listens. "0.0.0.0" is all addresses of the pod; "127.0.0.1" is the loopback interface alone, so that no client can bypass the sidecar. Plain value, not an Output. Default: "0.0.0.0". */
    readonly address?: ApplicationAddress;
    /** Labels by which all objects select the pods. At least one label, at most 255. The label `istio-injection` and the prefixes `istio.io/`, `sidecar.istio.io/` and `istio-sidecar-tls/` are reserved. See [Labels and Selectors](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). Default: `{ app: <name of the Service> }`. */
    readonly labels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Value of the pod label `version`, by which the Deployment and the Sidecar then also select the pods. Cannot be combined with a label `version` in `labels`. At most 63 letters, digits, "-", "_" and ".". See [Pod requirements](https://istio.io/latest/docs/ops/deployment/application-requirements/#pod-requirements). Default: none; the pods have no such label. */
    readonly version?: pulumi.Input<string>;
    /** Number of pods, from 0 to 10000. Plain value, not an Output. Default: not set, so that an autoscaler can set it; without an autoscaler, one pod. */
    readonly replicas?: number;
    /** Creates a PodDisruptionBudget with `maxUnavailable` 1, so that draining nodes evicts one pod at a time. See [Specifying a Disruption Budget](https://kubernetes.io/docs/tasks/run-application/configure-pdb/). Plain value, not an Output. Default: true with more than one replica, otherwise false. */
    readonly podDisruptionBudget?: boolean;
    /** Keys of node labels, over whose values the scheduler spreads the pods as evenly as possible (`maxSkew` 1, `ScheduleAnyway`). See [Pod Topology Spread Constraints](https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/). Default: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]. */
    readonly topologySpreadKeys?: pulumi.Input<pulumi.Input<string>[]>;
    /** Resource requests and limits of the application's container. See [Resource Management](https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/). Plain value, not an Output; its properties accept Outputs. Default: none. */
    readonly resources?: ResourceRequirements;
    /** Environment variables of the application, by name. A name consists of letters, digits, "-", "_" and ".", and does not begin with a digit. See [Environment Variables](https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/). Default: none. */
    readonly environment?: pulumi.Input<{ [name: string]: pulumi.Input<string> }>;
    /** Readiness probe of the application, which decides when a pod receives requests. See [Liveness, Readiness, and Startup Probes](https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/). Plain value, not an Output; its properties accept Outputs. Default: a TCP connection to `port` every 2 seconds; none with the address "127.0.0.1". */
    readonly readinessProbe?: Probe;
    /** Liveness probe of the application, whose failure restarts the container. See [Liveness, Readiness, and Startup Probes](https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/). Plain value, not an Output; its properties accept Outputs. Default: none. */
    readonly livenessProbe?: Probe;
    /** Startup probe of the application. The other probes start after it succeeds. See [Liveness, Readiness, and Startup Probes](https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/). Plain value, not an Output; its properties accept Outputs. Default: none. */
    readonly startupProbe?: Probe;
    /** Name of an existing ServiceAccount for the pods. See [Service Accounts](https://kubernetes.io/docs/concepts/security/service-accounts/). Default: none; the component creates one, named `objectNames.serviceAccount`. */
    readonly existingServiceAccount?: pulumi.Input<string>;
    /** Security context of the application's container. See [Security Context](https://kubernetes.io/docs/tasks/configure-pod-container/security-context/). Plain value, not an Output; its properties accept Outputs. Default: no privilege escalation, no Linux capability except NET_BIND_SERVICE, and the seccomp profile of the container runtime. */
    readonly securityContext?: SecurityContext;
}

/** Resource requests and limits of a container, as Kubernetes quantities. See [Resource Management](https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/). */
export interface ResourceRequirements {
    /** Resources that the scheduler reserves for the container, such as `{ cpu: "100m", memory: "128Mi" }`. See [Resource Management](https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/). Default: none. */
    readonly requests?: pulumi.Input<{ [resource: string]: pulumi.Input<string> }>;
    /** Maximum resources that the container may use, such as `{ memory: "256Mi" }`. See [Resource Management](https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/). Default: no limit. */
    readonly limits?: pulumi.Input<{ [resource: string]: pulumi.Input<string> }>;
}

/** Pods of your own Deployment, StatefulSet, DaemonSet or Helm release. Add the outputs `podAnnotations`, `podLabels`, `podVolumes` and `podContainers` to the pod template. */
export interface ExistingWorkload {
    /** Labels that all pods of the workload have, and no other pods in the namespace. At least one label, at most 255. The label `istio-injection` and the prefixes `istio.io/`, `sidecar.istio.io/` and `istio-sidecar-tls/` are reserved. See [Labels and Selectors](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). */
    readonly selector: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Port on which the application listens in the pod, in plaintext. From 1 to 65535, but no port from 15000 to 15090, which [Istio reserves](https://istio.io/latest/docs/ops/deployment/application-requirements/), and no `listenerPort`. */
    readonly port: pulumi.Input<number>;
    /** Address on which the application listens. "0.0.0.0" is all addresses of the pod; "127.0.0.1" is the loopback interface alone, so that no client can bypass the sidecar. Plain value, not an Output. Default: "0.0.0.0". */
    readonly address?: ApplicationAddress;
}

/** Kubernetes accepts a Deployment whose image has whitespace at its ends, but none of its pods (pkg/apis/core/validation). */
function image(value: unknown, path: string): Problem[] {
    return typeof value === "string" && /[\s\u0085]/.test(value)
        ? [problem.invalid(path, value, "must be the name of a container image, without whitespace")]
        : nonEmptyString(value, path);
}

const addressCheck = plain(oneOf(Object.values(ApplicationAddress)));

/** Kubernetes rejects other names, except those of device plugins, which have a domain (pkg/apis/core/validation, ValidateContainerResourceName). */
const resourceName: Check = (value, path) =>
    /^(cpu|memory|ephemeral-storage|hugepages-[0-9]+[KMGT]i)$/.test(String(value)) ||
    (String(value).includes("/") && labelKey(value, path).length === 0)
        ? []
        : [problem.invalid(path, value, 'must be "cpu", "memory", "ephemeral-storage" or a name with a domain')];

const quantities = input(
    mapOf(
        resourceName,
        input(
            matching(
                /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/,
                'must be a Kubernetes quantity such as "100m" or "128Mi"',
            ),
        ),
    ),
);

export const workloadCheck = object<Workload>({
    image: required(input(image)),
    port: required(input(podPort)),
    address: addressCheck,
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
    address: addressCheck,
});

interface WorkloadArguments {
    readonly workload?: Workload;
    readonly existingWorkload?: ExistingWorkload;
    readonly listeners?: readonly Listener[];
}

/** The workload of the arguments: one that the component creates, or an existing one. */
export type ResolvedWorkload =
    ({ readonly kind: "created" } & Workload) | ({ readonly kind: "existing" } & ExistingWorkload);

/** Undefined for arguments without a workload, which validation rejects. */
export function resolveWorkload({ workload, existingWorkload }: WorkloadArguments): ResolvedWorkload | undefined {
    if (workload) {
        return { kind: "created", ...workload };
    }
    return existingWorkload ? { kind: "existing", ...existingWorkload } : undefined;
}

/** Where the application listens, and the argument that sets the port. */
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

/** Rejects no workload, two of them, and one whose settings contradict each other. */
export function validateWorkload({ workload, existingWorkload, listeners }: WorkloadArguments): Problem[] {
    if (!workload && !existingWorkload) {
        return [
            problem.required(
                "workload",
                "set workload for a Deployment that the component creates, or existingWorkload for your own pods",
            ),
        ];
    }
    if (existingWorkload) {
        return exclusive([
            {
                path: "existingWorkload",
                excludedBy: "workload",
                both: Boolean(workload),
                because: "the component attaches either to the Deployment that it creates or to existing pods",
            },
        ]);
    }
    return workload ? validateCreatedWorkload(workload, listeners) : [];
}

function validateCreatedWorkload(workload: Workload, listeners: readonly Listener[] | undefined): Problem[] {
    const { labels, version, address } = workload;
    const listenerPorts = listenersWithDefaults(listeners).map(({ listenerPort }) => listenerPort as unknown);
    return [
        ...(["readinessProbe", "livenessProbe", "startupProbe"] as const).flatMap((probe) =>
            workload[probe] ? validateProbe(workload[probe], `workload.${probe}`, { address, listenerPorts }) : [],
        ),
        ...exclusive([
            {
                path: "workload.version",
                excludedBy: "the label version in workload.labels",
                both: Boolean(version) && isRecord(labels) && !isLater(labels) && "version" in labels,
                because: "both set the label",
            },
        ]),
    ];
}
