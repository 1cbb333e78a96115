/** Ports that a PeerAuthentication takes out of the mesh's mTLS. */
import type { StackValidationPolicy } from "@pulumi/policy";
import { mayDenyPlaintext } from "./guard";
import {
    appliesEverywhere,
    isAuthorizationPolicy,
    isPeerAuthentication,
    isSidecar,
    mayApplyTo,
    selectorOf,
} from "./istio";
import { clustersOf, nameOf, type StackObject } from "./kubernetesObject";
import { type Pods, podsOf, unseenPods } from "./pods";
import { plainTextAnnotation, plainTextAnnotationOf, portsInPlainText } from "./portsInPlainText";
import { at, hasLater, isMap, items, later, texts } from "./values";
import { formatProblemWithPath } from "../components/validation/problem";

export const portWithoutMtls: StackValidationPolicy = {
    name: "port-without-mtls",
    description:
        "Where a PeerAuthentication turns the mesh's mTLS off, a Sidecar has to terminate TLS, and a guard has to deny plaintext.",
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, reportViolation) => {
        for (const objects of clustersOf(resources)) {
            for (const { urn, message } of openPorts(objects)) {
                reportViolation(message, urn);
            }
        }
    },
};

/** A port whose mTLS is off, or all ports but some. */
interface Exception {
    readonly port?: string;
    readonly otherPorts: readonly string[];
}

function openPorts(objects: readonly StackObject[]): { urn: string; message: string }[] {
    const all = podsOf(objects);
    return objects.filter(isPeerAuthentication).flatMap((peerAuthentication) => {
        const { spec, namespace, urn } = peerAuthentication;
        const selector = selectorOf(peerAuthentication);
        // One with a selector in the root namespace counts for nothing (pilot/pkg/security/authn/policy_applier.go).
        if (
            hasLater([spec, namespace, plainTextAnnotationOf(peerAuthentication)]) ||
            (appliesEverywhere(peerAuthentication) && scopeOf(peerAuthentication) === scope.workload)
        ) {
            return [];
        }
        const seen = all.filter((pods) => mayApplyTo(peerAuthentication, pods));
        const pods = (seen.length > 0 ? seen : [unseenPods(namespace, selector)]).filter(
            (some) => !hasLater([some.namespace, some.labels]) && !hasNarrower(peerAuthentication, some, objects),
        );
        const terminatesTls = (port: string) =>
            objects.some(
                (object) => !hasLater(object.spec) && pods.some((some) => mayHaveTls(some, { port }, [object])),
            );
        const { ports, problems } = portsInPlainText(peerAuthentication, disabledPorts(spec), terminatesTls);
        const wrong = problems.map((found) => ({
            urn,
            message: `${nameOf(peerAuthentication)}: ${formatProblemWithPath(found)}`,
        }));
        const open = exceptionsOf(spec, ports).flatMap((exception) => {
            const withoutTls = pods.filter((some) => !mayHaveTls(some, exception, objects));
            const withoutGuard = pods.filter((some) => !mayHaveGuard(some, exception, objects));
            return withoutTls.length + withoutGuard.length > 0
                ? [{ urn, message: messageOf(peerAuthentication, exception, withoutTls, withoutGuard) }]
                : [];
        });
        return [...wrong, ...open];
    });
}

function exceptionsOf(spec: unknown, inPlainText: readonly string[]): Exception[] {
    if (at(spec, "mtls", "mode") !== "DISABLE") {
        const ports = disabledPorts(spec).filter((port) => !inPlainText.includes(port));
        return ports.map((port) => ({ port, otherPorts: [] }));
    }
    const inherits = ["DISABLE", "UNSET", undefined];
    const others = portModes(spec).filter(([, mode]) => !inherits.includes(mode as string));
    return [{ otherPorts: [...others.map(([port]) => port), ...inPlainText] }];
}

function disabledPorts(spec: unknown): string[] {
    return portModes(spec)
        .filter(([, mode]) => mode === "DISABLE")
        .map(([port]) => port);
}

function portModes(spec: unknown): (readonly [port: string, mode: unknown])[] {
    const levels = at(spec, "portLevelMtls");
    return Object.entries(isMap(levels) ? levels : {}).map(([port, level]) => [port, at(level, "mode")] as const);
}

/** The narrowest one with a mode wins. */
const scope = { mesh: 0, namespace: 1, workload: 2 };

function scopeOf(peerAuthentication: StackObject): number {
    const selector = selectorOf(peerAuthentication);
    if (isMap(selector) && Object.keys(selector).length > 0) {
        return scope.workload;
    }
    return appliesEverywhere(peerAuthentication) ? scope.mesh : scope.namespace;
}

function hasNarrower(peerAuthentication: StackObject, pods: Pods, objects: readonly StackObject[]): boolean {
    return objects.some(
        (other) =>
            isPeerAuthentication(other) &&
            scopeOf(other) > scopeOf(peerAuthentication) &&
            mayApplyTo(other, pods) &&
            !["UNSET", undefined].includes(at(other.spec, "mtls", "mode") as string),
    );
}

function mayHaveTls(pods: Pods, { port }: Pick<Exception, "port">, objects: readonly StackObject[]): boolean {
    return objects.some((object) => isSidecar(object) && mayApplyTo(object, pods) && mayTerminateTls(object, port));
}

function mayTerminateTls({ spec }: StackObject, port: string | undefined): boolean {
    const ingress = at(spec, "ingress");
    return (
        ingress === later ||
        items(ingress).some((listener) => {
            const tls = at(listener, "tls");
            const number = at(listener, "port", "number");
            const isPort = port === undefined || number === later || String(number) === port;
            return isPort && (tls === later || isMap(tls));
        })
    );
}

function mayHaveGuard(pods: Pods, { port, otherPorts }: Exception, objects: readonly StackObject[]): boolean {
    const guards = objects.filter((object) => isAuthorizationPolicy(object) && mayApplyTo(object, pods));
    // All ports are those that some rule names, and any other one.
    const named = guards.flatMap(({ spec }) => texts(at(spec, "rules")).map(({ text }) => text));
    const all = ["any other", ...named.filter((text) => /^[0-9]+$/.test(text) && !otherPorts.includes(text))];
    const ports = port === undefined ? all : [port];
    return ports.every((one) => guards.some((guard) => mayDenyPlaintext(guard, one)));
}

function messageOf(
    peerAuthentication: StackObject,
    { port, otherPorts }: Exception,
    withoutTls: readonly Pods[],
    withoutGuard: readonly Pods[],
): string {
    const allPorts = otherPorts.length > 0 ? `every port but ${otherPorts.join(", ")}` : "every port";
    const place = port === undefined ? allPorts : `port ${port}`;
    const titles = (pods: readonly Pods[]) => pods.map(({ title }) => title).join(", ");
    const to = port === undefined ? undefined : [{ operation: { ports: [port] } }];
    const meant =
        port === undefined
            ? ""
            : ` Where that is meant so, as for metrics, name the port in the PeerAuthentication's annotation ${plainTextAnnotation}.`;
    const rule = JSON.stringify({ from: [{ source: { notPrincipals: ["*"] } }], to });
    return [
        `${nameOf(peerAuthentication)} in namespace ${JSON.stringify(peerAuthentication.namespace)} turns mTLS off on ${place}.`,
        ...(withoutTls.length > 0
            ? [
                  `Missing for ${titles(withoutTls)}: a Sidecar that terminates TLS there, with an entry of ingress that has ${port === undefined ? "tls" : `the port ${port} and tls`}. Without it, what listens there answers in plaintext.${meant}`,
              ]
            : []),
        ...(withoutGuard.length > 0
            ? [
                  `Missing for ${titles(withoutGuard)}: a guard, an AuthorizationPolicy with action DENY and a rule for all that comes in plaintext to ${place}, such as ${rule}. Without it, anyone is answered there as soon as istiod has lost ENABLE_TLS_ON_SIDECAR_INGRESS.`,
              ]
            : []),
    ].join("\n");
}
