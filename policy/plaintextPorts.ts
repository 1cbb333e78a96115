/**
 * Ports that are meant to serve plaintext, for example for metrics or health checks. An annotation on the PeerAuthentication
 * lists them, so that the exemption applies to this object alone and is reviewed with it.
 */
import type { KubernetesObject } from "./kubernetesObject";
import { formatPath, getAt } from "./values";

const path = ["metadata", "annotations", "istio-sidecar-tls/ports-in-plain-text"];

/** The path of the annotation, as messages show it. */
export const plaintextPortsPath = formatPath(path);

export interface PlaintextPorts {
    readonly value: unknown;
    readonly ports: readonly string[];
    readonly problems: readonly PlaintextPortProblem[];
}

export type PlaintextPortProblem =
    | { readonly kind: "notAString" }
    | { readonly kind: "mtlsNotDisabled"; readonly entry: string; readonly disabledPorts: readonly string[] }
    | { readonly kind: "terminatesTls"; readonly port: string };

export function readPlaintextPorts({ content }: KubernetesObject): unknown {
    return getAt(content, ...path);
}

/** Exempts only ports that the annotation can mean: a port that it lists by mistake would lose its guard unnoticed. */
export function findPlaintextPorts(
    peerAuthentication: KubernetesObject,
    disabledPorts: readonly string[],
    terminatesTls: (port: string) => boolean,
): PlaintextPorts {
    const value = readPlaintextPorts(peerAuthentication);
    if (value === undefined) {
        return { value, ports: [], problems: [] };
    }
    if (typeof value !== "string") {
        return { value, ports: [], problems: [{ kind: "notAString" }] };
    }
    // Istio reads its own port annotations in this way, for example traffic.sidecar.istio.io/excludeInboundPorts.
    const entries = value.split(",").map((entry) => entry.trim());
    const ports = entries.filter((entry) => disabledPorts.includes(entry) && !terminatesTls(entry));
    const problems = entries
        .filter((entry) => !ports.includes(entry))
        .map((entry): PlaintextPortProblem =>
            disabledPorts.includes(entry)
                ? { kind: "terminatesTls", port: entry }
                : { kind: "mtlsNotDisabled", entry, disabledPorts },
        );
    return { value, ports, problems };
}
