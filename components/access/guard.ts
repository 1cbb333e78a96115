/** The policy that keeps the workload closed whenever TLS, or mesh mTLS, does not happen there. */
import * as pulumi from "@pulumi/pulumi";
import { announceOpenConnections } from "../previews/openConnectionsHook";
import type { Context } from "../context";
import { type Client, clientUri, issuedTo } from "./clients";
import { describeGuardChange } from "../previews/openConnections";
import { createIstioResource, type IstioKind } from "../kubernetes/istioResource";
import { type TlsListener, tlsListeners } from "../listeners/listeners";
import { TlsMode } from "../listeners/listenerTls";

/** Spec of an AuthorizationPolicy, as far as it is used here (https://istio.io/latest/docs/reference/config/security/authorization-policy/). */
export interface AuthorizationPolicySpec {
    readonly selector: { readonly matchLabels: { readonly [label: string]: string } };
    readonly action: "DENY";
    readonly rules: readonly Rule[];
}

interface Rule {
    readonly from?: readonly { readonly source: RequestSource }[];
    readonly to?: readonly { readonly operation: { readonly ports?: string[]; readonly notPorts?: string[] } }[];
    readonly when?: readonly { readonly key: string; readonly notValues: readonly string[] }[];
}

interface RequestSource {
    readonly notPrincipals?: readonly string[];
    readonly namespaces?: readonly string[];
    readonly notNamespaces?: readonly string[];
}

const authorizationPolicy: IstioKind<AuthorizationPolicySpec> = {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
};

/**
 * The guard stands there twice: should one of the two be deleted, by hand or by whoever cleans up, the other one still keeps the
 * pods closed and tells named clients apart.
 */
export function createGuard(
    args: {
        readonly clients?: readonly Client[];
        readonly connectivityCheckClient?: boolean;
        readonly unsafeDisableGuard?: boolean;
    },
    { name, names, namespace, host, listeners, pods, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    const uris = args.clients && pulumi.output(issuedTo(args).map((client) => clientUri(client, host)));
    const policies = args.unsafeDisableGuard
        ? []
        : ([
              ["guard", names.guard],
              ["second-guard", names.secondGuard],
          ] as const);
    return policies.map(([role, policy]) =>
        createIstioResource(
            `${name}-${role}`,
            authorizationPolicy,
            metadata({ name: pulumi.interpolate`${policy}${pods.guardSuffix}`, namespace }),
            pulumi
                .all([pods.guardSelector, listeners, uris])
                .apply(([selector, all, known]) => guardSpec(selector, tlsListeners(all), known)),
            // Both change alike: one of them says so.
            role === "guard" ? announceOpenConnections(after(...before), describeGuardChange) : after(...before),
        ),
    );
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
    listeners: readonly TlsListener[],
    clientUris: readonly string[] | undefined,
): AuthorizationPolicySpec {
    const portsOf = (some: readonly TlsListener[]) => some.map(({ listenerPort }) => String(listenerPort));
    const ports = portsOf(listeners);
    const withoutCertificate = portsOf(listeners.filter(({ tls }) => tls.mode !== TlsMode.Mutual));
    const rules = clientUris
        ? notListed(ports, clientUris)
        : [
              ...(withoutCertificate.length === 0 ? [withoutIdentity] : withoutTls(withoutCertificate)),
              asWorkload(ports),
          ];
    return { selector: { matchLabels: podLabels }, action: "DENY", rules };
}

/** Whoever has no certificate, on every port: all but the TLS ports speak mesh mTLS. */
const withoutIdentity: Rule = { from: [{ source: { notPrincipals: ["*"] } }] };

/** Whoever would pass for a workload of the mesh on a TLS port, where the mesh's CA does not count. */
function asWorkload(ports: string[]): Rule {
    return { from: [{ source: { namespaces: ["*"] } }], to: [{ operation: { ports } }] };
}

/**
 * Where a client may come without a certificate, its connection to a TLS port has to name a host in TLS (SNI), which
 * plaintext cannot. A TLS client that names none, for instance because it was given an IP address, is denied with it.
 */
function withoutTls(ports: string[]): Rule[] {
    return [
        { ...withoutIdentity, to: [{ operation: { notPorts: ports } }] },
        { to: [{ operation: { ports } }], when: [{ key: "connection.sni", notValues: ["*"] }] },
    ];
}

/** Whoever is neither listed nor of the mesh, on every port, so that it does not matter which port is a TLS port just now. */
function notListed(ports: string[], clientUris: readonly string[]): Rule[] {
    const notPrincipals = clientUris.map((uri) => uri.replace(/^spiffe:\/\//, ""));
    return [
        { from: [{ source: { notPrincipals, notNamespaces: ["*"] } }] },
        { from: [{ source: { notPrincipals } }], to: [{ operation: { ports } }] },
    ];
}
