/**
 * A DaemonSet is ready when the desired number of pods is scheduled, in its current revision, available and ready:
 * provider/pkg/await/daemonset.go, through sigs.k8s.io/cli-utils/pkg/kstatus/status/core.go. It reports no reasons.
 */
import { pluck } from "../objects";
import type { Condition } from "./readiness";

const counts = ["currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"];

export const daemonSetReady: Condition = async (api, object) => {
    const daemonSet = await api.get(object);
    const count = (name: string): number => Number(pluck(daemonSet, "status", name) ?? 0);
    const observed = pluck(daemonSet, "status", "observedGeneration") === daemonSet.metadata["generation"];
    const desired = count("desiredNumberScheduled");
    const ready = observed && counts.every((name) => count(name) >= desired);
    return { ready, reasons: [], object: daemonSet };
};
