/**
 * A Job is ready when it is complete, and failed for one of the reasons below: provider/pkg/await/job.go, checker/job.
 */
import { toText } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { pluck } from "../objects";
import { findCondition, isOwnedBy, podErrors } from "./pods";
import type { Condition } from "./readiness";

/** The plugin ignores a failure for another reason, such as PodFailurePolicy, and waits until the timeout. */
const failureReasons = ["BackoffLimitExceeded", "DeadlineExceeded"];

export function isComplete(job: KubernetesObject): boolean {
    return pluck(job, "status", "startTime") !== undefined && findCondition(job, "Complete")?.["status"] === "True";
}

export function jobReady(): Condition {
    // In the order in which they appeared: why the pods were not ready comes before why the Job failed.
    const reasons = new Set<string>();
    return async (api, object, settle) => {
        const job = await api.get(object);
        if (isComplete(job)) {
            return { ready: true, reasons: [], object: job };
        }
        const failure = findCondition(job, "Failed");
        const failed = failure?.["status"] === "True" && failureReasons.includes(toText(failure["reason"]));
        if (failed) {
            reasons.add(`[${toText(failure["reason"])}] ${toText(failure["message"])}`);
        }
        // A wait reports the failure immediately, without reading the pods again.
        if (!failed || !settle) {
            const pods = await api.list("v1", "Pod", toText(job.metadata["namespace"]));
            for (const reason of podErrors(pods.filter((pod) => isOwnedBy(pod, job)))) {
                reasons.add(reason);
            }
        }
        return { ready: false, failed, reasons: [...reasons], object: job };
    };
}
