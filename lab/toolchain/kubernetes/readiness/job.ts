/** A Job is ready when it has completed, and failed when it has given up: provider/pkg/await/job.go, checker/job. */
import { text } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { pluck } from "../objects";
import { condition, isOwnedBy, podErrors } from "./pods";
import type { Condition } from "./readiness";

/** Of a failure for another reason, such as PodFailurePolicy, the plugin takes no notice: it waits until its time is up. */
const givenUp = ["BackoffLimitExceeded", "DeadlineExceeded"];

export function isComplete(job: KubernetesObject): boolean {
    return pluck(job, "status", "startTime") !== undefined && condition(job, "Complete")?.["status"] === "True";
}

export function jobReady(): Condition {
    // In the order in which they were first seen: what kept the pods from being ready, before why the Job gave up.
    const reasons = new Set<string>();
    return async (api, object, settle) => {
        const job = await api.get(object);
        if (isComplete(job)) {
            return { ready: true, reasons: [], object: job };
        }
        const failure = condition(job, "Failed");
        const failed = failure?.["status"] === "True" && givenUp.includes(text(failure["reason"]));
        if (failed) {
            reasons.add(`[${text(failure["reason"])}] ${text(failure["message"])}`);
        }
        // Who waits is told of the failure at once, without another look at the pods.
        if (!failed || !settle) {
            const pods = await api.list("v1", "Pod", text(job.metadata["namespace"]));
            for (const reason of podErrors(pods.filter((pod) => isOwnedBy(pod, job)))) {
                reasons.add(reason);
            }
        }
        return { ready: false, failed, reasons: [...reasons], object: job };
    };
}
