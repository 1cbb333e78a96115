/** A Job is ready when it has completed, and failed when it has given up: provider/pkg/await/job.go, checker/job. */
import { text } from "../plugin/values";
import { KubernetesObject } from "./apiServer";
import type { Condition } from "./await";
import { pluck } from "./objects";
import { condition, isOwnedBy, podErrors } from "./pods";

const givenUp = ["BackoffLimitExceeded", "DeadlineExceeded"];

export function isComplete(job: KubernetesObject): boolean {
    return pluck(job, "status", "startTime") !== undefined && condition(job, "Complete")?.["status"] === "True";
}

export const jobReady: Condition = async (api, object) => {
    const job = await api.get(object);
    if (isComplete(job)) {
        return { ready: true, reasons: [], object: job };
    }
    const reasons: string[] = [];
    const failure = condition(job, "Failed");
    const failed = failure?.["status"] === "True" && givenUp.includes(text(failure["reason"]));
    const pods = await api.list("v1", "Pod", text(job.metadata["namespace"]));
    reasons.push(...podErrors(pods.filter((pod) => isOwnedBy(pod, job))));
    if (failed) {
        reasons.unshift(`[${text(failure["reason"])}] ${text(failure["message"])}`);
    }
    return { ready: false, failed, reasons, object: job };
};
