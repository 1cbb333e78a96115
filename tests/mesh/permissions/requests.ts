/** The requests of a ServiceAccount to the API server, from the lab's audit log. */
import { readFileSync } from "node:fs";
import type { Cluster } from "../../../lab/cluster";
import { instancePaths } from "../../../lab/paths";
import { auditedNamespace } from "../../../lab/pins";

export interface Request {
    /** Includes create for a patch that created its object. */
    readonly verbs: readonly string[];
    readonly apiGroup: string;
    readonly resource: string;
    readonly namespace: string;
    readonly name: string;
    readonly isDenied: boolean;
}

/** The fields used here of https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event. */
interface Event {
    readonly verb: string;
    readonly user: { readonly username: string };
    readonly objectRef?: {
        readonly apiGroup?: string;
        readonly resource: string;
        readonly namespace?: string;
        readonly name?: string;
    };
    readonly responseStatus?: { readonly code?: number };
    readonly annotations?: Readonly<Record<string, string>>;
}

/** Returns the requests about objects, without others such as API discovery. */
export function requestsOf(cluster: Cluster, account: string): Request[] {
    return readFileSync(instancePaths(cluster.lab!).auditLog, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Event)
        .filter(({ user }) => user.username === `system:serviceaccount:${auditedNamespace}:${account}`)
        .flatMap(requestOf);
}

function requestOf({ verb, objectRef, responseStatus, annotations }: Event): Request[] {
    if (objectRef === undefined) {
        return [];
    }
    const { apiGroup = "", resource, namespace = "", name = "" } = objectRef;
    const hasCreated = verb === "patch" && responseStatus?.code === 201;
    return [
        {
            verbs: hasCreated ? [verb, "create"] : [verb],
            apiGroup,
            resource,
            namespace,
            name,
            isDenied: annotations?.["authorization.k8s.io/decision"] === "forbid",
        },
    ];
}
