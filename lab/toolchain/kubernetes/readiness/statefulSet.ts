/**
 * A StatefulSet is ready when all replicas of its current revision are ready: provider/pkg/await/statefulset.go. With the
 * strategy OnDelete an update does not wait for the new revision, because its pods start only after the old ones are deleted.
 */
import { toText } from "../../plugin/values";
import { pluck } from "../objects";
import { isOwnedBy, podErrors } from "./pods";
import type { Condition } from "./readiness";

export const statefulSetReady: Condition = async (api, object) => {
    const statefulSet = await api.get(object);
    const count = (...path: readonly string[]): number => Number(pluck(statefulSet, ...path) ?? 0);
    const generation = count("metadata", "generation");
    // Until the controller has observed this generation, the status describes an older one.
    const observed = count("status", "observedGeneration") >= generation;
    const replicas = count("spec", "replicas");
    const ready = count("status", "readyReplicas");
    const revision = toText(pluck(statefulSet, "status", "currentRevision"));
    const nextRevision = toText(pluck(statefulSet, "status", "updateRevision"));
    const onDelete = generation > 1 && pluck(statefulSet, "spec", "updateStrategy", "type") === "OnDelete";
    const revisionReady = observed && (onDelete || (revision !== "" && revision === nextRevision));
    const replicasReady =
        observed &&
        replicas === count("status", "replicas") &&
        replicas === ready &&
        (onDelete || replicas === count("status", "currentReplicas"));
    if (revisionReady && replicasReady) {
        return { ready: true, reasons: [], object: statefulSet };
    }
    const pods = await api.list("v1", "Pod", toText(statefulSet.metadata["namespace"]));
    // During a rollout, ready replicas of the previous revision do not count.
    const succeeded = revisionReady ? ready : Math.min(ready, count("status", "updatedReplicas"));
    const reasons = [
        ...(replicasReady ? [] : [`${succeeded} out of ${replicas} replicas succeeded readiness checks`]),
        ...(revisionReady
            ? []
            : [
                  `StatefulSet controller failed to advance from revision ${JSON.stringify(revision)} to revision ` +
                      JSON.stringify(nextRevision),
              ]),
        ...podErrors(pods.filter((pod) => isOwnedBy(pod, statefulSet))),
    ];
    return { ready: false, reasons, object: statefulSet };
};
