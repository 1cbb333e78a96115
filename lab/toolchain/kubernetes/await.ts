/**
 * Waiting until an object does what it is for: provider/pkg/await/await.go and awaiters.go. Which condition a kind waits
 * for stands in the table below; a kind that is not in it is ready once it exists, unless its annotation says otherwise.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type ApiServer, type KubernetesObject, isNotFound, nameOf } from "./apiServer";
import { annotation, isAnnotated, skipAwait, timeoutSeconds } from "./objects";
import { daemonSetReady } from "./readiness/daemonSet";
import { deploymentReady } from "./readiness/deployment";
import { jobReady } from "./readiness/job";
import { podReady } from "./readiness/pods";
import type { Condition, Readiness } from "./readiness/readiness";
import { serviceReady } from "./readiness/service";
import { statefulSetReady } from "./readiness/statefulSet";
import { waitForCondition } from "./readiness/waitFor";
import { untilInformed } from "./watching";

interface Await {
    readonly condition: () => Condition;
    /** What is watched besides the type itself. */
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

/** The object exists, but did not become what it should in time or at all. */
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
    readonly cancelled: AbortSignal;
    /** Shown beside the resource while it waits. */
    readonly status: (message: string) => void;
}

/** Waits until the object is ready and returns it as it then is. */
export async function untilReady(
    api: ApiServer,
    object: KubernetesObject,
    options: AwaitOptions,
): Promise<KubernetesObject> {
    if (isAnnotated(options.inputs, skipAwait)) {
        return object;
    }
    const annotated = waitForCondition(object);
    const type = typeOf(object);
    const condition = annotated ?? awaits[type]?.condition();
    if (condition === undefined) {
        return object;
    }
    const watched = [type, ...(annotated === undefined ? (awaits[type]?.watched ?? []) : [])];
    await untilInformed(api, watched, await api.namespaceOf(object), options.cancelled);
    const name = nameOf(object);
    // Which words are used depends on which of the plugin's ways of waiting it is: await/internal/awaiter.go, and
    // await/daemonset.go, which says of a cancelled run too that its time is up.
    const interrupted = "timed out waiting for the condition";
    const [timedOut, cancelled] =
        annotated === undefined && object.kind !== "DaemonSet"
            ? [`'${name}' timed out waiting to be Ready`, `Resource operation was cancelled for "${name}"`]
            : [interrupted, annotated === undefined ? interrupted : "context canceled"];
    const deadline = deadlineOf(options);
    let last: Readiness = { ready: false, reasons: [], object };
    let shown = "";
    while (!options.cancelled.aborted) {
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
        await pause(options.cancelled);
    }
    throw new NotReadyError(cancelled, last.object, last.reasons);
}

/** Looks whether the object is ready now, as a refresh does: by what its kind waits for, whatever is annotated. */
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

/** Kinds whose deletion is not waited for with skipAwait; all others' always is: metadata/overrides.go. */
const skipsDeletion = [
    "v1/Namespace",
    "v1/Pod",
    "apps/v1/DaemonSet",
    "apps/v1/Deployment",
    "apps/v1/StatefulSet",
    "batch/v1/Job",
];

export async function untilGone(api: ApiServer, object: KubernetesObject, options: AwaitOptions): Promise<void> {
    if (isAnnotated(options.inputs, skipAwait) && skipsDeletion.includes(typeOf(object))) {
        return;
    }
    await untilInformed(api, [typeOf(object)], await api.namespaceOf(object), options.cancelled);
    const deadline = deadlineOf(options);
    let last = object;
    while (!options.cancelled.aborted && Date.now() < deadline) {
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
        await pause(options.cancelled);
    }
    const finalizers = JSON.stringify(last.metadata["finalizers"] ?? []);
    throw new NotReadyError("timed out waiting for the condition", last, [
        `finalizers might be preventing deletion (${finalizers})`,
    ]);
}

function typeOf({ apiVersion, kind }: KubernetesObject): string {
    return `${apiVersion}/${kind}`;
}

/** Another object of the same name took the deleted one's place. */
function isNewObject(current: KubernetesObject, deleted: KubernetesObject): boolean {
    const uid = deleted.metadata["uid"];
    return uid !== undefined && current.metadata["uid"] !== uid;
}

function deadlineOf(options: AwaitOptions): number {
    const annotated = Number.parseInt(annotation(options.inputs, timeoutSeconds) ?? "", 10);
    return Date.now() + 1000 * (options.timeoutSeconds || annotated || defaultSeconds);
}

async function pause(cancelled: AbortSignal): Promise<void> {
    await sleep(pollMilliseconds, undefined, { signal: cancelled }).catch(() => undefined);
}
