/**
 * Waits until an object is ready or deleted: provider/pkg/await/await.go and awaiters.go. The table below has the condition
 * for each kind. An object of another kind is ready once it exists, unless an annotation says otherwise.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiServer, isNotFound, type KubernetesObject, nameOf } from "./apiServer";
import { annotation, isAnnotated, skipAwait, timeoutSeconds } from "./objects";
import { daemonSetReady } from "./readiness/daemonSet";
import { deploymentReady } from "./readiness/deployment";
import { jobReady } from "./readiness/job";
import { podReady } from "./readiness/pods";
import type { Condition, Readiness } from "./readiness/readiness";
import { serviceReady } from "./readiness/service";
import { statefulSetReady } from "./readiness/statefulSet";
import { annotatedCondition } from "./readiness/waitFor";
import { waitUntilReadable } from "./watching";

interface Await {
    readonly condition: () => Condition;
    /** The types that are watched in addition to the object's own. */
    readonly watched: readonly string[];
}

const awaits: Readonly<Record<string, Await>> = {
    "apps/v1/DaemonSet": { condition: () => daemonSetReady, watched: ["v1/Pod"] },
    "apps/v1/Deployment": {
        condition: () => deploymentReady,
        watched: ["apps/v1/ReplicaSet", "v1/Pod", "v1/PersistentVolumeClaim"],
    },
    "apps/v1/StatefulSet": { condition: () => statefulSetReady, watched: ["v1/Pod"] },
    "batch/v1/Job": { condition: jobReady, watched: ["v1/Pod"] },
    "v1/Pod": { condition: () => podReady, watched: [] },
    "v1/Service": { condition: serviceReady, watched: ["v1/Endpoints"] },
};

/** The object exists, but failed or did not become ready in time. */
export class NotReadyError extends Error {
    constructor(
        message: string,
        readonly object: KubernetesObject,
        readonly reasons: readonly string[],
    ) {
        super(message);
    }
}

const pollMilliseconds = 250;
const defaultSeconds = 600;

export interface AwaitOptions {
    readonly inputs: KubernetesObject;
    readonly timeoutSeconds: number;
    readonly canceled: AbortSignal;
    /** Shows a message next to the resource while it waits. */
    readonly status: (message: string) => void;
}

/** Waits until the object is ready, and returns it in that state. */
export async function waitUntilReady(
    api: ApiServer,
    object: KubernetesObject,
    options: AwaitOptions,
): Promise<KubernetesObject> {
    if (isAnnotated(options.inputs, skipAwait)) {
        return object;
    }
    const annotated = annotatedCondition(object);
    const type = typeOf(object);
    const condition = annotated ?? awaits[type]?.condition();
    if (condition === undefined) {
        return object;
    }
    const watched = [type, ...(annotated === undefined ? (awaits[type]?.watched ?? []) : [])];
    await waitUntilReadable(api, watched, await api.namespaceOf(object), options.canceled);
    const name = nameOf(object);
    // The messages depend on how the plugin waits for the kind: await/internal/awaiter.go, and await/daemonset.go, which
    // reports a canceled run as timed out, too.
    const interrupted = "timed out waiting for the condition";
    const [timedOut, canceled] =
        annotated === undefined && object.kind !== "DaemonSet"
            ? // cspell:ignore cancelled
              [`'${name}' timed out waiting to be Ready`, `Resource operation was cancelled for "${name}"`]
            : [interrupted, annotated === undefined ? interrupted : "context canceled"];
    const deadline = deadlineOf(options);
    let last: Readiness = { ready: false, reasons: [], object };
    let shown = "";
    while (!options.canceled.aborted) {
        last = await condition(api, object, true);
        if (last.ready) {
            return last.object;
        }
        if (last.failed) {
            const message = `Resource '${name}' was created but failed to initialize`;
            throw new NotReadyError(message, last.object, last.reasons);
        }
        if (Date.now() >= deadline) {
            throw new NotReadyError(timedOut, last.object, last.reasons);
        }
        const status = last.reasons.at(-1) ?? "";
        if (status !== shown) {
            options.status(status);
            shown = status;
        }
        await pause(options.canceled);
    }
    throw new NotReadyError(canceled, last.object, last.reasons);
}

/**
 * Checks whether the object is ready now, as a refresh does: by the condition of its kind, regardless of annotations.
 */
export async function checkReady(api: ApiServer, object: KubernetesObject, inputs: KubernetesObject): Promise<void> {
    const condition = awaits[typeOf(object)]?.condition();
    if (condition === undefined || isAnnotated(inputs, skipAwait)) {
        return;
    }
    const readiness = await condition(api, object, false);
    if (!readiness.ready) {
        const message = `Resource '${nameOf(object)}' was created but failed to initialize`;
        throw new NotReadyError(message, readiness.object, readiness.reasons);
    }
}

/** Kinds for which skipAwait also skips the wait for deletion: metadata/overrides.go. */
const skipsDeletion = [
    "v1/Namespace",
    "v1/Pod",
    "apps/v1/DaemonSet",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "batch/v1/Job",
];

export async function waitUntilGone(api: ApiServer, object: KubernetesObject, options: AwaitOptions): Promise<void> {
    if (isAnnotated(options.inputs, skipAwait) && skipsDeletion.includes(typeOf(object))) {
        return;
    }
    await waitUntilReadable(api, [typeOf(object)], await api.namespaceOf(object), options.canceled);
    const deadline = deadlineOf(options);
    let last = object;
    while (!options.canceled.aborted && Date.now() < deadline) {
        try {
            last = await api.get(object);
        } catch (error) {
            if (isNotFound(error)) {
                return;
            }
            throw error;
        }
        if (isNewObject(last, object)) {
            return;
        }
        await pause(options.canceled);
    }
    const finalizers = JSON.stringify(last.metadata["finalizers"] ?? []);
    throw new NotReadyError("timed out waiting for the condition", last, [
        `finalizers might be preventing deletion (${finalizers})`,
    ]);
}

function typeOf({ apiVersion, kind }: KubernetesObject): string {
    return `${apiVersion}/${kind}`;
}

/** Whether another object of the same name has replaced the deleted one. */
function isNewObject(current: KubernetesObject, deleted: KubernetesObject): boolean {
    const uid = deleted.metadata["uid"];
    return uid !== undefined && current.metadata["uid"] !== uid;
}

function deadlineOf(options: AwaitOptions): number {
    const annotated = Number.parseInt(annotation(options.inputs, timeoutSeconds) ?? "", 10);
    return Date.now() + 1000 * (options.timeoutSeconds || annotated || defaultSeconds);
}

async function pause(canceled: AbortSignal): Promise<void> {
    await sleep(pollMilliseconds, undefined, { signal: canceled }).catch(() => undefined);
}
