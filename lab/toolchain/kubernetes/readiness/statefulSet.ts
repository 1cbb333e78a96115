/**
 * A StatefulSet is ready when all of its replicas are, in its current revision: provider/pkg/await/statefulset.go. With the
 * strategy OnDelete an update is over without the new revision, since its pods come when somebody deletes the old ones.
 */
import { text } from "../../plugin/values";
import { pluck } from "../objects";
import { isOwnedBy, podErrors } from "./pods";
import type { Condition } from "./readiness";

export const statefulSetReady: Condition = async (api, object) => {
    const statefulSet = await api.get(object);
    const count = (...path: readonly string[]): number => Number(pluck(statefulSet, ...path) ?? 0);
    const generation = count("metadata", "generation");
    // Until the controller has seen this generation, the status speaks of an older one.
    const observed = count("status", "observedGeneration") >= generation;
    const replicas = count("spec", "replicas");
    const ready = count("status", "readyReplicas");
    const revision = text(pluck(statefulSet, "status", "currentRevision"));
    const nextRevision = text(pluck(statefulSet, "status", "updateRevision"));
    const byHand = generation > 1 && pluck(statefulSet, "spec", "updateStrategy", "type") === "OnDelete";
    const revisionReady = observed && (byHand || (revision !== "" && revision === nextRevision));
    const replicasReady =
        observed &&
        replicas === count("status", "replicas") &&
        replicas === ready &&
        (byHand || replicas === count("status", "currentReplicas"));
    if (revisionReady && replicasReady) {
        return { ready: true, reasons: [], object: statefulSet };
    }
    const pods = await api.list("v1", "Pod", text(statefulSet.metadata["namespace"]));
    // While a revision is rolled out, ready replicas of the one before do not count.
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
