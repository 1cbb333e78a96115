/** The ports on which a PeerAuthentication disables mTLS, and the pods to which it applies. */
import { getSelector, isMeshWide, isPeerAuthentication, mayApplyTo } from "./istio";
import type { StackObject } from "./kubernetesObject";
import { assumePods, findPods, type Pods } from "./pods";
import { getAt, hasUnknown, isRecord } from "./values";

/** One port without mTLS or, if `port` is undefined, every port except some. */
export interface PortsWithoutMtls {
    readonly port?: string;
    readonly exceptPorts: readonly string[];
}

/** The ports without mTLS, apart from those that are meant to serve plaintext. */
export function findPortsWithoutMtls(spec: unknown, plaintextPorts: readonly string[]): PortsWithoutMtls[] {
    if (getAt(spec, "mtls", "mode") !== "DISABLE") {
        const ports = findDisabledPorts(spec).filter((port) => !plaintextPorts.includes(port));
        return ports.map((port) => ({ port, exceptPorts: [] }));
    }
    const inheritedModes = ["DISABLE", "UNSET", undefined];
    const withMtls = getPortModes(spec).filter(([, mode]) => !inheritedModes.includes(mode as string));
    return [{ exceptPorts: [...withMtls.map(([port]) => port), ...plaintextPorts] }];
}

/** The ports with mode DISABLE in `portLevelMtls`. */
export function findDisabledPorts(spec: unknown): string[] {
    return getPortModes(spec)
        .filter(([, mode]) => mode === "DISABLE")
        .map(([port]) => port);
}

function getPortModes(spec: unknown): [port: string, mode: unknown][] {
    const levels = getAt(spec, "portLevelMtls");
    return Object.entries(isRecord(levels) ? levels : {}).map(([port, level]) => [port, getAt(level, "mode")]);
}

/** Istio ignores a PeerAuthentication with a selector in the root namespace (pilot/pkg/security/authn/policy_applier.go). */
export function isIgnored(peerAuthentication: StackObject): boolean {
    return isMeshWide(peerAuthentication) && getScope(peerAuthentication) === scopes.workload;
}

/** The stack's pods to which it applies or, if there are none, the pods that its selector describes. */
export function findAffectedPods(peerAuthentication: StackObject, objects: readonly StackObject[]): Pods[] {
    const inStack = findPods(objects).filter((pods) => mayApplyTo(peerAuthentication, pods));
    const affected: Pods[] =
        inStack.length > 0 ? inStack : [assumePods(peerAuthentication.namespace, getSelector(peerAuthentication))];
    return affected.filter(
        (pods) => !hasUnknown([pods.namespace, pods.labels]) && !isOverridden(peerAuthentication, pods, objects),
    );
}

/** Of several PeerAuthentications with a mode, the one with the narrowest scope wins. */
const scopes = { mesh: 0, namespace: 1, workload: 2 };

function getScope(peerAuthentication: StackObject): number {
    const selector = getSelector(peerAuthentication);
    if (isRecord(selector) && Object.keys(selector).length > 0) {
        return scopes.workload;
    }
    return isMeshWide(peerAuthentication) ? scopes.mesh : scopes.namespace;
}

function isOverridden(peerAuthentication: StackObject, pods: Pods, objects: readonly StackObject[]): boolean {
    return objects.some(
        (other) =>
            isPeerAuthentication(other) &&
            getScope(other) > getScope(peerAuthentication) &&
            mayApplyTo(other, pods) &&
            !["UNSET", undefined].includes(getAt(other.spec, "mtls", "mode") as string),
    );
}
