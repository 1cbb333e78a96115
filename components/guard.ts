/** The policy that keeps the workload closed whenever TLS, or mesh mTLS, does not happen there. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { type Listeners, TlsMode } from "./listeners";

/** Spec of an AuthorizationPolicy, as far as it is used here (https://istio.io/latest/docs/reference/config/security/authorization-policy/). */
export interface AuthorizationPolicySpec {
    readonly selector: { readonly matchLabels: { readonly [label: string]: string } };
    readonly action: "DENY";
    readonly rules: readonly {
        readonly from?: readonly {
            readonly source: { readonly principals?: readonly string[]; readonly notPrincipals?: readonly string[] };
        }[];
        readonly to?: readonly {
            readonly operation: { readonly ports?: readonly string[]; readonly notPorts?: readonly string[] };
        }[];
        readonly when?: readonly { readonly key: string; readonly notValues: readonly string[] }[];
    }[];
}

/**
 * Denies what must never reach the application. Without it three states serve it to anyone in plaintext: istiod without the
 * feature flag while the port's mesh mTLS is off, a namespace that is not STRICT while a PeerAuthentication is missing, and an
 * older Sidecar that wins over ours (pilot/pkg/networking/core/listener_inbound.go). Envoy evaluates the rules on HTTP and on
 * plain TCP chains alike.
 *
 * - No certificate was verified ("notPrincipals *" also holds where there is no TLS at all): denied on every port, since all
 *   but the TLS port speak mesh mTLS; on the TLS port only if every client has to show one.
 * - Where a client may come without a certificate, a connection to the TLS port without a host name in TLS (SNI) is denied:
 *   plaintext has none. A TLS client that sends none, for instance because it was given an IP address, is denied with it.
 * - `clientUris`, where given, are the only clients on the TLS port: a certificate needs one of them among its URIs. Without
 *   them no certificate in the mesh's own trust domain is let in there: its holder would pass for a workload, in every policy.
 */
export function guardSpec(
    labels: { readonly [label: string]: string },
    { listenerPort, mode }: Listeners["external"],
    clientUris: readonly string[] | undefined,
    meshTrustDomain: string,
): AuthorizationPolicySpec {
    const tlsPort = [String(listenerPort)];
    const nobody = { from: [{ source: { notPrincipals: ["*"] } }] };
    const rules: AuthorizationPolicySpec["rules"] =
        mode === TlsMode.Mutual
            ? [nobody]
            : [
                  { ...nobody, to: [{ operation: { notPorts: tlsPort } }] },
                  {
                      to: [{ operation: { ports: tlsPort } }],
                      when: [{ key: "connection.sni", notValues: ["*"] }],
                  },
              ];
    const strangers =
        clientUris === undefined
            ? onTlsPort(listenerPort, { principals: [`${meshTrustDomain}/*`] })
            : notListed(listenerPort, clientUris);
    return { selector: { matchLabels: labels }, action: "DENY", rules: [...rules, strangers] };
}

/**
 * The list of clients once more, in an object of its own: should one of the two be deleted, the other one still tells the
 * clients apart. Without a list that is not needed, since the sidecar itself then refuses whoever has no certificate.
 */
export function clientsSpec(
    labels: { readonly [label: string]: string },
    listenerPort: number,
    clientUris: readonly string[],
): AuthorizationPolicySpec {
    return { selector: { matchLabels: labels }, action: "DENY", rules: [notListed(listenerPort, clientUris)] };
}

type Rule = AuthorizationPolicySpec["rules"][number];

function notListed(listenerPort: number, clientUris: readonly string[]): Rule {
    return onTlsPort(listenerPort, { notPrincipals: clientUris.map((uri) => uri.replace(/^spiffe:\/\//, "")) });
}

function onTlsPort(listenerPort: number, source: NonNullable<Rule["from"]>[number]["source"]): Rule {
    return { from: [{ source }], to: [{ operation: { ports: [String(listenerPort)] } }] };
}

/**
 * A policy of its own for each set of pods and TLS port. When one of them changes, the engine makes the new policy before
 * everything else and deletes the old one after everything else, so that in between the old pods and the old port are
 * guarded as well as the new ones.
 */
export function policyName(
    prefix: pulumi.Input<string>,
    labels: pulumi.Output<{ [label: string]: string }>,
    listeners: pulumi.Output<Listeners>,
): pulumi.Output<string> {
    return pulumi
        .all([prefix, labels, listeners])
        .apply(([known, selector, { external }]) => `${known}-${fingerprint(selector, external.listenerPort)}`);
}

function fingerprint(labels: { [label: string]: string }, listenerPort: number): string {
    const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
    return createHash("sha256")
        .update(JSON.stringify([sorted, listenerPort]))
        .digest("hex")
        .slice(0, 8);
}
