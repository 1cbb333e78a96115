/** The policy that keeps the workload closed whenever TLS, or mesh mTLS, does not happen there. */
import { type Listeners, TlsMode } from "./listeners";

/** Spec of an AuthorizationPolicy, as far as it is used here (https://istio.io/latest/docs/reference/config/security/authorization-policy/). */
export interface AuthorizationPolicySpec {
    readonly selector: { readonly matchLabels: { readonly [label: string]: string } };
    readonly action: "DENY";
    readonly rules: readonly Rule[];
}

interface Rule {
    readonly from?: readonly { readonly source: Source }[];
    readonly to?: readonly { readonly operation: { readonly ports?: string[]; readonly notPorts?: string[] } }[];
    readonly when?: readonly { readonly key: string; readonly notValues: readonly string[] }[];
}

interface Source {
    readonly notPrincipals?: readonly string[];
    readonly namespaces?: readonly string[];
    readonly notNamespaces?: readonly string[];
}

/**
 * Denies what must never reach the application. Without it three states serve it to anyone in plaintext: istiod without the
 * feature flag while the port's mesh mTLS is off, a namespace that is not STRICT while a PeerAuthentication is missing, and an
 * older Sidecar that wins over ours (pilot/pkg/networking/core/listener_inbound.go). Envoy evaluates the rules on HTTP and on
 * plain TCP chains alike. A principal is what the verified certificate says: without one, or without TLS, there is none. A
 * namespace in it is what the identities of workloads have, and no client may have (pilot/pkg/security/authz/model/generator.go).
 */
export function guardSpec(
    podLabels: { readonly [label: string]: string },
    { listenerPort, mode }: Listeners["external"],
    clientUris: readonly string[] | undefined,
): AuthorizationPolicySpec {
    const ports = [String(listenerPort)];
    const rules = clientUris
        ? onlyListed(ports, clientUris)
        : mode === TlsMode.Mutual
          ? [nobody, ...noWorkload(ports)]
          : [...onlyTls(ports), ...noWorkload(ports)];
    return { selector: { matchLabels: podLabels }, action: "DENY", rules };
}

/** Whoever has no certificate, on every port: all but the TLS port speak mesh mTLS. */
const nobody: Rule = { from: [{ source: { notPrincipals: ["*"] } }] };

/** Whoever would pass for a workload of the mesh on the TLS port, where the mesh's CA does not count. */
function noWorkload(ports: string[]): Rule[] {
    return [{ from: [{ source: { namespaces: ["*"] } }], to: [{ operation: { ports } }] }];
}

/**
 * Where a client may come without a certificate, its connection to the TLS port has to name a host in TLS (SNI), which
 * plaintext cannot. A TLS client that names none, for instance because it was given an IP address, is denied with it.
 */
function onlyTls(ports: string[]): Rule[] {
    return [
        { ...nobody, to: [{ operation: { notPorts: ports } }] },
        { to: [{ operation: { ports } }], when: [{ key: "connection.sni", notValues: ["*"] }] },
    ];
}

/** Whoever is neither listed nor of the mesh, on every port, so that it does not matter which port is the TLS port just now. */
function onlyListed(ports: string[], clientUris: readonly string[]): Rule[] {
    const notPrincipals = clientUris.map((uri) => uri.replace(/^spiffe:\/\//, ""));
    return [
        { from: [{ source: { notPrincipals, notNamespaces: ["*"] } }] },
        { from: [{ source: { notPrincipals } }], to: [{ operation: { ports } }] },
    ];
}
