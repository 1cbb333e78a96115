/** What keeps pods from being ready, in the words of provider/pkg/await/checker/pod/check.go. */
import { type Properties, isObject, text } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { pluck, qualifiedName } from "../objects";
import type { Condition } from "./readiness";

export function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
    return records(object.metadata["ownerReferences"]).some((reference) => reference["uid"] === owner.metadata["uid"]);
}

export function records(value: unknown): Properties[] {
    return Array.isArray(value) ? value.filter(isObject) : [];
}

export function condition(object: KubernetesObject, type: string): Properties | undefined {
    return records(pluck(object, "status", "conditions")).find((entry) => entry["type"] === type);
}

/** A Pod of its own is ready when it is, or has succeeded; one that failed is waited for: provider/pkg/await/pod.go. */
export const podReady: Condition = async (api, object) => {
    const pod = await api.get(object);
    const is = (type: string): boolean => condition(pod, type)?.["status"] === "True";
    const succeeded = pluck(pod, "status", "phase") === "Succeeded";
    const ready = is("PodScheduled") && is("Initialized") && (is("Ready") || succeeded);
    return { ready, reasons: ready ? [] : podErrors([pod]), object: pod };
};

/** The first thing that is wrong with each pod. */
export function podErrors(pods: readonly KubernetesObject[]): string[] {
    return pods.map(podError).filter((message) => message !== undefined);
}

function podError(pod: KubernetesObject): string | undefined {
    if (condition(pod, "PodScheduled")?.["status"] !== "True") {
        return undefined;
    }
    for (const type of ["Initialized", "Ready"]) {
        const entry = condition(pod, type);
        if (entry === undefined) {
            return undefined;
        }
        if (entry["status"] === "True" || (type === "Ready" && pluck(pod, "status", "phase") === "Succeeded")) {
            continue;
        }
        const errors = records(pluck(pod, "status", "containerStatuses")).flatMap(containerErrors);
        const message = entry["reason"] && entry["message"] ? text(entry["message"]) : "";
        return errors.length > 0 || message !== ""
            ? `[Pod ${qualifiedName(pod)}]: ${message}${errors.join("\n")}`
            : undefined;
    }
    return undefined;
}

function containerErrors(status: Properties): string[] {
    if (status["ready"] === true) {
        return [];
    }
    const errors: string[] = [];
    const waiting = pluck(status, "state", "waiting");
    if (isObject(waiting) && waiting["reason"] !== "ContainerCreating") {
        errors.push(`[${text(waiting["reason"])}] ${text(waiting["message"])}`);
    }
    const terminated = pluck(status, "state", "terminated");
    if (isObject(terminated) && terminated["reason"]) {
        errors.push(
            terminated["message"]
                ? `[${text(terminated["reason"])}] ${text(terminated["message"])}`
                : `container "${text(status["name"])}" completed with exit code ${text(terminated["exitCode"])}`,
        );
    }
    const before = pluck(status, "lastState", "terminated");
    if (isObject(before)) {
        const how = `${text(before["reason"])}: exit code ${text(before["exitCode"])}`;
        errors.push(`container "${text(status["name"])}" terminated at ${text(before["finishedAt"])} (${how})`);
        if (before["message"]) {
            errors.push(text(before["message"]));
        }
    }
    return errors;
}
