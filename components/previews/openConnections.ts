/** What a change does to connections that are open, as far as the inputs of one object tell. */
import { isDeepStrictEqual } from "node:util";
import { containsUnknowns } from "@pulumi/pulumi";

/** The inputs of a Kubernetes object, before and after; what a preview does not know is Pulumi's `unknown`. */
export interface ObjectInputs {
    readonly spec?: {
        readonly template?: unknown;
        readonly replicas?: number;
        readonly ingress?: readonly unknown[];
        readonly rules?: unknown;
        readonly type?: string;
        readonly ports?: readonly { readonly port: number }[];
    };
}

/** A sentence on it; nothing where connections stay. */
export type ConnectionCut = (before: ObjectInputs, after: ObjectInputs) => string | undefined;

/** How long a pod that is to go serves on is in deployment.ts. */
export const podsCut: ConnectionCut = ({ spec: before }, { spec: after }) => {
    const line = "open connections end there after ten seconds, in which clients are sent elsewhere";
    if (containsUnknowns(after)) {
        return `The pods may be made anew, which is not known yet: ${line}.`;
    }
    if (!isDeepStrictEqual(before?.template, after?.template)) {
        return `The pods are made anew, one after the other: ${line}.`;
    }
    return Number(after?.replicas) < Number(before?.replicas) ? `Fewer pods: ${line}.` : undefined;
};

/** Envoy drains the filter chains that are replaced, and leaves the others alone. */
const drained =
    "open connections end as Envoy drains what it had before (Istio's drainDuration, 45 seconds unless it is set)";

export const listenersCut: ConnectionCut = ({ spec: before }, { spec: after }) => {
    if (containsUnknowns(after)) {
        return `Perhaps other listeners, which is not known yet: ${drained}.`;
    }
    const stays = (listener: unknown) => after?.ingress?.some((one) => isDeepStrictEqual(one, listener)) ?? false;
    return (before?.ingress ?? []).every(stays) ? undefined : `Other listeners: ${drained}.`;
};

export const guardCut: ConnectionCut = ({ spec: before }, { spec: after }) => {
    if (containsUnknowns(after)) {
        return `Perhaps other rules of the guard, which is not known yet: ${drained}.`;
    }
    return isDeepStrictEqual(before?.rules, after?.rules) ? undefined : `Other rules of the guard: ${drained}.`;
};

export const serviceCut: ConnectionCut = ({ spec: before }, { spec: after }) => {
    if (containsUnknowns(after)) {
        return "Perhaps other ports or another type of the Service, which is not known yet: clients of the former ones cannot connect.";
    }
    const left = new Set(after?.ports?.map(({ port }) => port));
    const gone = (before?.ports ?? []).map(({ port }) => port).filter((port) => !left.has(port));
    if (gone.length > 0) {
        return `Port ${gone.join(", ")} of the Service is no more: its clients cannot connect there.`;
    }
    return reach(after?.type) < reach(before?.type)
        ? `The Service is no ${before?.type ?? ""} any more: clients that came that way cannot connect.`
        : undefined;
};

/** Each type of Service has the addresses of those before it as well. */
function reach(type = "ClusterIP"): number {
    return ["ClusterIP", "NodePort", "LoadBalancer"].indexOf(type);
}
