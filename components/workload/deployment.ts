/** Manifests of the Deployment that the component creates, and of its PodDisruptionBudget. */
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Labels } from "../kubernetes/labels";
import { omitUnset } from "../kubernetes/omitUnset";
import { gracePeriodSeconds } from "../sidecar/drain";
import type { PodContainer, PodVolume } from "../sidecar/podTemplate";
import { listOr } from "../validation/unchecked";
import { ApplicationAddress } from "./applicationAddress";
import { probeSpec } from "./probe";
import { securityContextSpec } from "./securityContext";
import type { Workload } from "./workload";

const defaultTopologySpreadKeys = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

/** Settings of the pods besides the application. */
export interface PodSettings {
    /** Selector of the Deployment. */
    readonly selector: pulumi.Input<Labels>;
    readonly labels: pulumi.Input<Labels>;
    readonly annotations: pulumi.Input<{ [annotation: string]: pulumi.Input<string> }>;
    readonly serviceAccountName: pulumi.Input<string>;
    /** Set if the pod template itself contains the sidecar's container. */
    readonly volumes?: pulumi.Input<PodVolume[]>;
    readonly containers?: pulumi.Input<PodContainer[]>;
    /** How long a terminating pod keeps serving. */
    readonly drainSeconds: number;
    /** Ports of the application. */
    readonly ports: pulumi.Input<number[]>;
}

export function deploymentSpec(
    name: pulumi.Input<string>,
    workload: Workload,
    pod: PodSettings,
): k8s.types.input.apps.v1.DeploymentSpec {
    const containers = pulumi
        .all([pulumi.output(applicationContainer(name, workload, pod)), pod.containers ?? []])
        .apply(([own, further]) => [own, ...further]);
    return {
        ...omitUnset({ replicas: workload.replicas }),
        selector: { matchLabels: pod.selector },
        template: {
            metadata: { labels: pod.labels, annotations: pod.annotations },
            spec: {
                serviceAccountName: pod.serviceAccountName,
                containers,
                ...omitUnset({ terminationGracePeriodSeconds: gracePeriodSeconds(pod.drainSeconds) }),
                ...(pod.volumes ? { volumes: pod.volumes } : {}),
                topologySpreadConstraints: spread(
                    workload.topologySpreadKeys ?? defaultTopologySpreadKeys,
                    pod.selector,
                ),
            },
        },
    };
}

function applicationContainer(
    name: pulumi.Input<string>,
    workload: Workload,
    pod: PodSettings,
): k8s.types.input.core.v1.Container {
    const { environment, resources, livenessProbe, startupProbe } = workload;
    return {
        name,
        image: workload.image,
        imagePullPolicy: "IfNotPresent",
        ports: pulumi.output(pod.ports).apply((ports) => ports.map((containerPort) => ({ containerPort }))),
        ...(environment
            ? {
                  env: pulumi
                      .output(environment)
                      .apply((known) => Object.entries(known).map(([variable, value]) => ({ name: variable, value }))),
              }
            : {}),
        ...(resources ? { resources: omitUnset(resources) } : {}),
        ...readiness(workload),
        ...(livenessProbe ? { livenessProbe: probeSpec(livenessProbe, workload.port) } : {}),
        ...(startupProbe ? { startupProbe: probeSpec(startupProbe, workload.port) } : {}),
        securityContext: securityContextSpec(workload.securityContext),
        ...drain(pod),
    };
}

/**
 * The application serves until the sidecar has drained. Kubernetes accepts a sleep of 0 seconds only since 1.33 by default (feature
 * gate PodLifecycleSleepActionAllowZero: pkg/features/kube_features.go).
 */
function drain({ drainSeconds }: PodSettings): Pick<k8s.types.input.core.v1.Container, "lifecycle"> {
    return drainSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: drainSeconds } } } };
}

/**
 * A pod is ready once its application listens: before that, its sidecar could only respond with 503. Istio's agent connects to the
 * address of the pod, so it cannot probe an application on the loopback interface (pilot/cmd/pilot-agent/status/server.go).
 */
function readiness({
    readinessProbe,
    address,
    port,
}: Workload): Pick<k8s.types.input.core.v1.Container, "readinessProbe"> {
    if (readinessProbe) {
        return { readinessProbe: probeSpec(readinessProbe, port) };
    }
    return address === ApplicationAddress.Loopback ? {} : { readinessProbe: { tcpSocket: { port }, periodSeconds: 2 } };
}

/** matchLabelKeys counts only the pods of one rollout, so that the old pods do not affect where the new ones are scheduled. */
function spread(
    keys: pulumi.Input<pulumi.Input<string>[]>,
    selector: pulumi.Input<Labels>,
): pulumi.Output<k8s.types.input.core.v1.TopologySpreadConstraint[]> {
    return pulumi.all([keys, selector]).apply(([known, matchLabels]) =>
        listOr(known, []).map((topologyKey) => ({
            maxSkew: 1,
            topologyKey,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels },
            matchLabelKeys: ["pod-template-hash"],
        })),
    );
}

/** Whether the pods get a PodDisruptionBudget. */
export function hasDisruptionBudget({ replicas, podDisruptionBudget }: Workload): boolean {
    return podDisruptionBudget ?? (replicas !== undefined && replicas > 1);
}

/** One pod at a time may be evicted, including a pod that never became ready, which would otherwise block the drain of its node. */
export function disruptionBudgetSpec(
    selector: pulumi.Input<Labels>,
): k8s.types.input.policy.v1.PodDisruptionBudgetSpec {
    return { maxUnavailable: 1, selector: { matchLabels: selector }, unhealthyPodEvictionPolicy: "AlwaysAllow" };
}
