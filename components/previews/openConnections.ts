/** What a change does to open connections, as far as the inputs of one object show it. */
import { isDeepStrictEqual } from "node:util";
import { containsUnknowns } from "@pulumi/pulumi";
import * as messages from "./messages";

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

/** Returns the preview line for a change, or undefined if open connections stay. */
export type DescribeChange = (before: ObjectInputs, after: ObjectInputs) => string | undefined;

export const describePodChange: DescribeChange = ({ spec: before }, { spec: after }) => {
    // The pods that terminate have the template from before the change.
    const seconds = drainSeconds(before?.template);
    if (containsUnknowns(after)) {
        return messages.pods.unknown(seconds);
    }
    if (!isDeepStrictEqual(before?.template, after?.template)) {
        return messages.pods.replaced(seconds);
    }
    return Number(after?.replicas) < Number(before?.replicas) ? messages.pods.fewer(seconds) : undefined;
};

interface PodTemplate {
    readonly spec?: {
        readonly containers?: readonly {
            readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds?: number } } };
        }[];
    };
}

/** How long a pod keeps serving after it is told to terminate; 0 without a preStop hook. */
function drainSeconds(template: unknown): number {
    const containers = (template as PodTemplate | undefined)?.spec?.containers ?? [];
    return Math.max(0, ...containers.map(({ lifecycle }) => lifecycle?.preStop?.sleep?.seconds ?? 0));
}

export const describeListenerChange: DescribeChange = ({ spec: before }, { spec: after }) => {
    if (containsUnknowns(after)) {
        return messages.listeners.unknown;
    }
    const stays = (listener: unknown) => after?.ingress?.some((one) => isDeepStrictEqual(one, listener)) ?? false;
    return (before?.ingress ?? []).every(stays) ? undefined : messages.listeners.changed;
};

export const describeGuardChange: DescribeChange = ({ spec: before }, { spec: after }) => {
    if (containsUnknowns(after)) {
        return messages.guard.unknown;
    }
    return isDeepStrictEqual(before?.rules, after?.rules) ? undefined : messages.guard.changed;
};

export const describeServiceChange: DescribeChange = ({ spec: before }, { spec: after }) => {
    if (containsUnknowns(after)) {
        return messages.service.unknown;
    }
    const left = new Set(after?.ports?.map(({ port }) => port));
    const removed = (before?.ports ?? []).map(({ port }) => port).filter((port) => !left.has(port));
    if (removed.length > 0) {
        return messages.service.portsRemoved(removed);
    }
    const [typeBefore = defaultType, typeAfter = defaultType] = [before?.type, after?.type];
    return serviceTypes.indexOf(typeAfter) < serviceTypes.indexOf(typeBefore)
        ? messages.service.typeChanged(typeBefore, typeAfter)
        : undefined;
};

const defaultType = "ClusterIP";

/** Each type of Service also has the addresses of the types before it. */
const serviceTypes = [defaultType, "NodePort", "LoadBalancer"];
