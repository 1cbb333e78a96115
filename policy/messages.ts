/**
 * The messages of all violations: what is exposed and where, why it matters, and the remedy. They are in one file so that they
 * read alike, and because docs/policy.md quotes them. No message shows a private key.
 */
import type { ResourceValidationArgs } from "@pulumi/policy";
import { getSelector } from "./istio";
import { formatObject, formatResource, type KubernetesObject, type StackObject } from "./kubernetesObject";
import type { PortsWithoutMtls } from "./peerAuthentication";
import { type PlaintextPortProblem, plaintextPortsPath } from "./plaintextPorts";
import type { Pods } from "./pods";

export function formatPortWithoutMtls(
    peerAuthentication: StackObject,
    exposure: PortsWithoutMtls & { withoutSidecar: readonly Pods[]; withoutGuard: readonly Pods[] },
): string {
    const { withoutSidecar, withoutGuard } = exposure;
    return [
        `${formatObject(peerAuthentication)} in namespace ${formatValue(peerAuthentication.namespace)} disables mTLS on ${formatPorts(exposure)}.`,
        ...(withoutSidecar.length > 0 ? [formatMissingSidecar(withoutSidecar, exposure)] : []),
        ...(withoutGuard.length > 0 ? [formatMissingGuard(withoutGuard, exposure)] : []),
    ].join("\n");
}

function formatMissingSidecar(pods: readonly Pods[], { port }: PortsWithoutMtls): string {
    const missing = `Missing for ${formatTitles(pods)}: a Sidecar that terminates TLS`;
    return port === undefined
        ? `${missing}. Without it, the application serves plaintext to any client. Add a Sidecar with an ingress listener that sets tls.`
        : `${missing} on port ${port}. Without it, the application serves plaintext to any client. Add a Sidecar with an ingress listener for port ${port} that sets tls. If the port is meant to work without the Sidecar's TLS, for example for metrics, list it in ${plaintextPortsPath} of the PeerAuthentication.`;
}

function formatMissingGuard(pods: readonly Pods[], ports: PortsWithoutMtls): string {
    const to = ports.port === undefined ? undefined : [{ operation: { ports: [ports.port] } }];
    const rule = JSON.stringify({ from: [{ source: { notPrincipals: ["*"] } }], to });
    const place = formatPorts(ports);
    return `Missing for ${formatTitles(pods)}: a guard that denies plaintext on ${place}. Without it, any client is served plaintext as soon as istiod loses ENABLE_TLS_ON_SIDECAR_INGRESS. Add an AuthorizationPolicy with action DENY and a rule that matches every plaintext connection to ${place}, for example ${rule}.`;
}

function formatPorts({ port, exceptPorts }: PortsWithoutMtls): string {
    const everyPort = exceptPorts.length > 0 ? `every port except ${exceptPorts.join(", ")}` : "every port";
    return port === undefined ? everyPort : `port ${port}`;
}

function formatTitles(pods: readonly Pods[]): string {
    return pods.map(({ title }) => title).join(", ");
}

export function formatPlaintextPortProblem(
    peerAuthentication: StackObject,
    value: unknown,
    problem: PlaintextPortProblem,
): string {
    const annotation = `${formatObject(peerAuthentication)} sets ${plaintextPortsPath} to ${formatValue(value)}`;
    switch (problem.kind) {
        case "notAString":
            return `${annotation}, which exempts no port because it is not a string. Use a string of comma-separated ports, for example "15020,9090".`;
        case "mtlsNotDisabled": {
            const { entry, disabledPorts } = problem;
            const remedy =
                disabledPorts.length > 0
                    ? `List only these ports, separated by commas: ${disabledPorts.join(", ")}.`
                    : "Remove the annotation: no port in portLevelMtls has mode DISABLE.";
            return `${annotation}. Entry ${formatValue(entry)} exempts no port, because portLevelMtls has no such port with mode DISABLE. ${remedy}`;
        }
        case "terminatesTls":
            return `${annotation}. Port ${problem.port} cannot be exempt, because a Sidecar terminates TLS there and a guard must deny plaintext. Remove ${problem.port} from the list.`;
    }
}

/**
 * Without a mode Istio takes PASSTHROUGH, the zero value of the enum, and terminates TLS anyway (pilot/pkg/networking/core/listener.go).
 * Other unsupported modes do not pass its validation (pkg/config/validation/validation.go, ValidateSidecar).
 */
export function formatSidecarTlsMode(
    sidecar: KubernetesObject,
    path: string,
    mode: unknown,
    supportedModes: readonly string[],
): string {
    const title = formatObject(sidecar);
    const remedy = `Set one of ${supportedModes.map(formatValue).join(", ")}.`;
    switch (mode) {
        case undefined:
            return `${title} does not set ${path}. Istio defaults to PASSTHROUGH and terminates TLS without requesting a client certificate, so any client is admitted. ${remedy}`;
        case "PASSTHROUGH":
            return `${title} sets ${path} to "PASSTHROUGH". Istio terminates TLS without requesting a client certificate, so any client is admitted. ${remedy}`;
        default:
            return `${title} sets ${path} to ${formatValue(mode)}, which Istio rejects in a Sidecar. ${remedy}`;
    }
}

export function formatPrivateKeyInPlaintext(resource: ResourceValidationArgs, path: string): string {
    return `${formatResource(resource)} holds a private key in plaintext in ${path}. Pulumi would store it unencrypted in the stack's state. Make it a Pulumi secret: use pulumi.secret(...), config.requireSecret(...), or the output of a resource that generates keys.`;
}

export function formatPrivateKeyOfUnknownSecrecy(resource: ResourceValidationArgs, path: string): string {
    return `${formatResource(resource)} holds a private key in ${path}. Whether it is a Pulumi secret is not known, so Pulumi may store it unencrypted in the stack's state. Set the policy "secret-values" back to its level, "remediate".`;
}

export function formatPrivateKeyOutsideSecret(object: KubernetesObject, path: string): string {
    return `${formatObject(object)} holds a private key in ${path}. Any user who can read the ${object.kind} can read the key, and the cluster stores it unencrypted even if it encrypts Secrets. Store the key in a Secret, and mount or reference the Secret.`;
}

interface ExceededLimit {
    readonly hours: number;
    /** The setting, and its value. */
    readonly limit: { readonly name: string; readonly hours: number };
}

export function formatLongDuration(resource: ResourceValidationArgs, path: string, exceeded: ExceededLimit): string {
    return `${formatResource(resource)} sets ${path} to ${exceeded.hours} hours, ${formatExceededLimit(exceeded)}`;
}

export function formatLongLivedCertificate(
    resource: ResourceValidationArgs,
    path: string,
    subject: string,
    exceeded: ExceededLimit,
): string {
    return `${formatResource(resource)} holds a certificate of "${subject}" in ${path} that is valid for ${exceeded.hours} hours, ${formatExceededLimit(exceeded)}`;
}

function formatExceededLimit({ limit }: ExceededLimit): string {
    return `more than ${limit.name} allows (${limit.hours}). A stolen private key can be used until the certificate expires. Shorten the validity period, or raise ${limit.name}.`;
}

/** `pods` are those among which the selector should match some. */
export function formatSelectorWithoutPods(object: StackObject, pods: readonly Pods[]): string {
    const selector = formatValue(getSelector(object));
    const templates = pods.map(({ title, labels }) => `${title} ${formatValue(labels)}`).join(", ");
    const effect = object.kind === "Service" ? "The Service has no endpoints" : `The ${object.kind} has no effect`;
    return `${formatObject(object)} selects ${selector}, which matches none of the pods that this stack creates in namespace ${formatValue(object.namespace)}: ${templates}. ${effect}, unless another stack creates matching pods. Correct the selector if the pods are in this stack.`;
}

/** A PEM text may be a private key in the wrong place. */
function formatValue(value: unknown): string {
    const json = JSON.stringify(value);
    return json.includes("-----BEGIN ") ? "a PEM text" : json;
}
