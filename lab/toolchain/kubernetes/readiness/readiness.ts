/** The result of a readiness check, and the type of the checks. */
import type { ApiServer, KubernetesObject } from "../apiServer";

/** The result of one check. */
export interface Readiness {
    readonly ready: boolean;
    /** Why the object is not ready, in words. */
    readonly reasons: readonly string[];
    /** Whether the object has failed for good. */
    readonly failed?: boolean;
    readonly object: KubernetesObject;
}

/** Checks once. With `settle`, a state that may still change by itself does not count as ready. */
export type Condition = (api: ApiServer, object: KubernetesObject, settle: boolean) => Promise<Readiness>;
