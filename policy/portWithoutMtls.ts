/** Ports on which a PeerAuthentication disables mTLS, and that a Sidecar or a guard does not protect instead. */
import type { StackValidationPolicy } from "@pulumi/policy";
import { mayDenyPlaintext } from "./guard";
import { isAuthorizationPolicy, isPeerAuthentication, isSidecar, mayApplyTo } from "./istio";
import { groupByCluster, type StackObject } from "./kubernetesObject";
import { formatPlaintextPortProblem, formatPortWithoutMtls } from "./messages";
import {
    findAffectedPods,
    findDisabledPorts,
    findPortsWithoutMtls,
    isIgnored,
    type PortsWithoutMtls,
} from "./peerAuthentication";
import { findPlaintextPorts, readPlaintextPorts } from "./plaintextPorts";
import type { Pods } from "./pods";
import { findStrings, getAt, getItems, hasUnknown, isRecord, unknownValue } from "./values";

export const portWithoutMtls: StackValidationPolicy = {
    name: "port-without-mtls",
    description:
        "Where a PeerAuthentication disables mTLS, a Sidecar must terminate TLS and a guard must deny plaintext.",
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, reportViolation) => {
        for (const objects of groupByCluster(resources)) {
            for (const peerAuthentication of objects.filter(isPeerAuthentication)) {
                for (const message of validatePeerAuthentication(peerAuthentication, objects)) {
                    reportViolation(message, peerAuthentication.urn);
                }
            }
        }
    },
};

function validatePeerAuthentication(peerAuthentication: StackObject, objects: readonly StackObject[]): string[] {
    const { spec, namespace } = peerAuthentication;
    if (hasUnknown([spec, namespace, readPlaintextPorts(peerAuthentication)]) || isIgnored(peerAuthentication)) {
        return [];
    }
    const pods = findAffectedPods(peerAuthentication, objects);
    const plaintext = findPlaintextPorts(peerAuthentication, findDisabledPorts(spec), (port) =>
        terminatesTls(port, pods, objects),
    );
    const exposures = findPortsWithoutMtls(spec, plaintext.ports).map((ports) => findExposure(ports, pods, objects));
    return [
        ...plaintext.problems.map((problem) =>
            formatPlaintextPortProblem(peerAuthentication, plaintext.value, problem),
        ),
        ...exposures
            .filter(({ withoutSidecar, withoutGuard }) => withoutSidecar.length + withoutGuard.length > 0)
            .map((exposure) => formatPortWithoutMtls(peerAuthentication, exposure)),
    ];
}

interface Exposure extends PortsWithoutMtls {
    readonly withoutSidecar: readonly Pods[];
    readonly withoutGuard: readonly Pods[];
}

function findExposure(ports: PortsWithoutMtls, pods: readonly Pods[], objects: readonly StackObject[]): Exposure {
    return {
        ...ports,
        withoutSidecar: pods.filter((some) => !mayHaveSidecar(some, ports.port, objects)),
        withoutGuard: pods.filter((some) => !mayHaveGuard(some, ports, objects)),
    };
}

/** Whether a Sidecar that is known terminates TLS on the port. */
function terminatesTls(port: string, pods: readonly Pods[], objects: readonly StackObject[]): boolean {
    const known = objects.filter(({ spec }) => !hasUnknown(spec));
    return pods.some((some) => mayHaveSidecar(some, port, known));
}

function mayHaveSidecar(pods: Pods, port: string | undefined, objects: readonly StackObject[]): boolean {
    return objects.some((object) => isSidecar(object) && mayApplyTo(object, pods) && mayTerminateTls(object, port));
}

/** Without a port: whether a Sidecar may terminate TLS on any. */
function mayTerminateTls({ spec }: StackObject, port: string | undefined): boolean {
    const ingress = getAt(spec, "ingress");
    return (
        ingress === unknownValue ||
        getItems(ingress).some((listener) => {
            const tls = getAt(listener, "tls");
            const number = getAt(listener, "port", "number");
            const isPort = port === undefined || number === unknownValue || String(number) === port;
            return isPort && (tls === unknownValue || isRecord(tls));
        })
    );
}

function mayHaveGuard(pods: Pods, { port, exceptPorts }: PortsWithoutMtls, objects: readonly StackObject[]): boolean {
    const guards = objects.filter((object) => isAuthorizationPolicy(object) && mayApplyTo(object, pods));
    const ports = port === undefined ? [...findPortsInRules(guards, exceptPorts), "any other"] : [port];
    return ports.every((one) => guards.some((guard) => mayDenyPlaintext(guard, one)));
}

/** Rules differ only on the ports that they name: these and any other port stand for all ports. */
function findPortsInRules(policies: readonly StackObject[], exceptPorts: readonly string[]): string[] {
    return policies
        .flatMap(({ spec }) => findStrings(getAt(spec, "rules")))
        .map(({ text }) => text)
        .filter((text) => /^[0-9]+$/.test(text) && !exceptPorts.includes(text));
}
