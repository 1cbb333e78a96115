/** Why pods are not ready, in the words of provider/pkg/await/checker/pod/check.go. */
import { isObject, type Properties, toText } from "../../plugin/values";
import type { KubernetesObject } from "../apiServer";
import { pluck, qualifiedName } from "../objects";
import type { Condition } from "./readiness";

export function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
    return toRecords(object.metadata["ownerReferences"]).some(
        (reference) => reference["uid"] === owner.metadata["uid"],
    );
}

export function toRecords(value: unknown): Properties[] {
    return Array.isArray(value) ? value.filter(isObject) : [];
}

export function findCondition(object: KubernetesObject, type: string): Properties | undefined {
    return toRecords(pluck(object, "status", "conditions")).find((entry) => entry["type"] === type);
}

/**
 * A Pod is ready when its condition says so, or when it has succeeded. The wait continues if it fails:
 * provider/pkg/await/pod.go.
 */
export const podReady: Condition = async (api, object) => {
    const pod = await api.get(object);
    const is = (type: string): boolean => findCondition(pod, type)?.["status"] === "True";
    const succeeded = pluck(pod, "status", "phase") === "Succeeded";
    const ready = is("PodScheduled") && is("Initialized") && (is("Ready") || succeeded);
    return { ready, reasons: ready ? [] : podErrors([pod]), object: pod };
};

/** The first problem of each pod. */
export function podErrors(pods: readonly KubernetesObject[]): string[] {
    return pods.map(podError).filter((message) => message !== undefined);
}

function podError(pod: KubernetesObject): string | undefined {
    if (findCondition(pod, "PodScheduled")?.["status"] !== "True") {
        return undefined;
    }
    for (const type of ["Initialized", "Ready"]) {
        const entry = findCondition(pod, type);
        if (entry === undefined) {
            return undefined;
        }
        if (entry["status"] === "True" || (type === "Ready" && pluck(pod, "status", "phase") === "Succeeded")) {
            continue;
        }
        const errors = toRecords(pluck(pod, "status", "containerStatuses")).flatMap(containerErrors);
        const message = entry["reason"] && entry["message"] ? toText(entry["message"]) : "";
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
        errors.push(`[${toText(waiting["reason"])}] ${toText(waiting["message"])}`);
    }
    const terminated = pluck(status, "state", "terminated");
    if (isObject(terminated) && terminated["reason"]) {
        errors.push(
            terminated["message"]
                ? `[${toText(terminated["reason"])}] ${toText(terminated["message"])}`
                : `container "${toText(status["name"])}" completed with exit code ${toText(terminated["exitCode"])}`,
        );
    }
    const before = pluck(status, "lastState", "terminated");
    if (isObject(before)) {
        const how = `${toText(before["reason"])}: exit code ${toText(before["exitCode"])}`;
        errors.push(`container "${toText(status["name"])}" terminated at ${toText(before["finishedAt"])} (${how})`);
        if (before["message"]) {
            errors.push(toText(before["message"]));
        }
    }
    return errors;
}
