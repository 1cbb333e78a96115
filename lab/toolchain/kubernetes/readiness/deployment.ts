/**
 * A Deployment is ready when it is available and the pods of its current revision are ready: provider/pkg/await/deployment.go.
 */
import { toText } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { annotation, pluck } from "../objects";
import { findCondition, isOwnedBy, podErrors } from "./pods";
import type { Condition } from "./readiness";

const revisionAnnotation = "deployment.kubernetes.io/revision";

export const deploymentReady: Condition = async (api, object) => {
    const deployment = await api.get(object);
    const reasons: string[] = [];
    const namespace = toText(deployment.metadata["namespace"]);
    // Until the controller has observed this generation, the status describes an older one.
    const observed = pluck(deployment, "status", "observedGeneration") === deployment.metadata["generation"];
    const revision = annotation(deployment, revisionAnnotation);
    const replicaSets = await api.list("apps/v1", "ReplicaSet", namespace);
    const replicaSet = replicaSets.find(
        (candidate) => isOwnedBy(candidate, deployment) && annotation(candidate, revisionAnnotation) === revision,
    );
    const available = checkCondition(deployment, "Available", reasons);
    const rolledOut =
        checkCondition(deployment, "Progressing", reasons) &&
        findCondition(deployment, "Progressing")?.["reason"] === "NewReplicaSetAvailable";
    const wanted = Number(pluck(replicaSet, "spec", "replicas") ?? 1);
    const ready = Number(pluck(replicaSet, "status", "readyReplicas") ?? 0);
    const newPodsReady = replicaSet !== undefined && ready >= wanted;
    const firstRevision = revision === "1";
    if (observed && available && newPodsReady && (firstRevision || rolledOut)) {
        return { ready: true, reasons: [], object: deployment };
    }
    if (!available) {
        reasons.push("Minimum number of live Pods was not attained");
    } else if (firstRevision || !rolledOut) {
        reasons.push("Minimum number of Pods to consider the application live was not attained");
    } else {
        reasons.push("Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live");
    }
    if (replicaSet !== undefined) {
        const pods = await api.list("v1", "Pod", namespace);
        reasons.push(...podErrors(pods.filter((pod) => isOwnedBy(pod, replicaSet))));
    }
    return { ready: false, reasons, object: deployment };
};

/** Whether the condition is true; adds to the reasons why it is not. */
function checkCondition(deployment: KubernetesObject, type: string, reasons: string[]): boolean {
    const entry = findCondition(deployment, type);
    if (entry !== undefined && entry["status"] !== "True") {
        reasons.push(`[${toText(entry["reason"])}] ${toText(entry["message"])}`);
    }
    return entry?.["status"] === "True";
}
