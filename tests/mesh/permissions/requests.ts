/** What a ServiceAccount asked the API server for, from the lab's audit log. */
import { readFileSync } from "node:fs";
import type { Cluster } from "../../../lab/cluster";
import { instancePaths } from "../../../lab/paths";
import { auditedNamespace } from "../../../lab/pins";

export interface Request {
    /** With a patch that has created its object: create as well. */
    readonly verbs: readonly string[];
    readonly apiGroup: string;
    readonly resource: string;
    readonly namespace: string;
    readonly name: string;
    readonly isRefused: boolean;
}

/** https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event, as far as it is read here. */
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

/** Without those that are about no object, such as which types there are. */
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
            isRefused: annotations?.["authorization.k8s.io/decision"] === "forbid",
        },
    ];
}
