/** What it means for an object to be ready: the form in which each kind of object answers. */
import type { ApiServer, KubernetesObject } from "../apiServer";

/** What a look at the cluster showed. */
export interface Readiness {
    readonly ready: boolean;
    /** Why not, for people. */
    readonly reasons: readonly string[];
    /** It will not become ready any more. */
    readonly failed?: boolean;
    readonly object: KubernetesObject;
}

/** Looks once. With `settle` a state that may still change by itself does not count as ready. */
export type Condition = (api: ApiServer, object: KubernetesObject, settle: boolean) => Promise<Readiness>;
