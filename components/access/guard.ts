/** The guard: AuthorizationPolicies that deny every request for which the sidecar has not verified TLS or mesh mTLS. */
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { createIstioResource, type IstioKind } from "../kubernetes/istioResource";
import { type TlsListener, tlsListeners } from "../listeners/listeners";
import { TlsMode } from "../listeners/listenerTls";
import { describeGuardChange } from "../previews/openConnections";
import { announceOpenConnections } from "../previews/openConnectionsHook";
import { type Client, clientUri, issuedTo } from "./clients";

/** Spec of an AuthorizationPolicy, as far as the component uses it (https://istio.io/latest/docs/reference/config/security/authorization-policy/). */
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
 * With "true", istiod counts what the policy would deny, and denies nothing
 * (https://istio.io/latest/docs/tasks/security/authorization/authz-dry-run/). The value is set so that another one is drift,
 * which `pulumi up --refresh` repairs.
 */
const enforced = { "istio.io/dry-run": "false" };

/**
 * Two policies with the same rules, which select the pods by independent keys. If one of them is deleted, by hand or by an automatic
 * cleanup, or no longer selects the running pods, the other one still closes them and enforces the allow list.
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
              ["guard", names.guard, pods.guard],
              ["second-guard", names.secondGuard, pods.secondGuard],
          ] as const);
    return policies.map(([role, policy, { selector: podSelector, nameSuffix }]) =>
        createIstioResource(
            `${name}-${role}`,
            authorizationPolicy,
            metadata({ name: pulumi.interpolate`${policy}${nameSuffix}`, namespace, annotations: enforced }),
            pulumi
                .all([podSelector, listeners, uris])
                .apply(([selector, all, known]) => guardSpec(selector, tlsListeners(all), known)),
            // The rules of both policies change together, so the preview line of one is enough.
            role === "guard" ? announceOpenConnections(after(...before), describeGuardChange) : after(...before),
        ),
    );
}

/**
 * Denies requests that must never reach the application. Without the guard, the port serves plaintext to any client in three
 * states: istiod lacks the feature flag while mesh mTLS is disabled for the port; a PeerAuthentication is missing in a namespace
 * that is not STRICT; an older Sidecar takes precedence over the component's (pilot/pkg/networking/core/listener_inbound.go).
 * Envoy evaluates the rules in HTTP and in TCP filter chains. The principal comes from the verified certificate: without a
 * certificate, or without TLS, there is none. Only the identities of mesh workloads contain a namespace; validation rejects
 * clients with one (pilot/pkg/security/authz/model/generator.go).
 */
export function guardSpec(
    podSelector: { readonly [label: string]: string },
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
    return { selector: { matchLabels: podSelector }, action: "DENY", rules };
}

/** Denies a client without a certificate on every port: all ports except the TLS ports require mesh mTLS. */
const withoutIdentity: Rule = { from: [{ source: { notPrincipals: ["*"] } }] };

/** Denies the identity of a mesh workload on a TLS port: no mesh CA has issued a certificate that is trusted there. */
function asWorkload(ports: string[]): Rule {
    return { from: [{ source: { namespaces: ["*"] } }], to: [{ operation: { ports } }] };
}

/**
 * On a TLS port that admits clients without a certificate, denies connections without a server name (SNI), which plaintext
 * connections never have. This also denies TLS clients that send no SNI, for example because they connect to an IP address.
 */
function withoutTls(ports: string[]): Rule[] {
    return [
        { ...withoutIdentity, to: [{ operation: { notPorts: ports } }] },
        { to: [{ operation: { ports } }], when: [{ key: "connection.sni", notValues: ["*"] }] },
    ];
}

/** Denies clients that are neither listed nor mesh workloads on every port, whichever ports Istio currently treats as TLS ports. */
function notListed(ports: string[], clientUris: readonly string[]): Rule[] {
    const notPrincipals = clientUris.map((uri) => uri.replace(/^spiffe:\/\//, ""));
    return [
        { from: [{ source: { notPrincipals, notNamespaces: ["*"] } }] },
        { from: [{ source: { notPrincipals } }], to: [{ operation: { ports } }] },
    ];
}
