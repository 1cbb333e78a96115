/** The policy that keeps the TLS port closed whenever TLS does not happen there. */
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";

/** Spec of an AuthorizationPolicy (https://istio.io/latest/docs/reference/config/security/authorization-policy/). */
export interface AuthorizationPolicySpec {
    readonly selector: { readonly matchLabels: pulumi.Input<Labels> };
    readonly action: "DENY";
    readonly rules: readonly {
        readonly from: readonly { readonly source: { readonly notPrincipals: readonly string[] } }[];
        readonly to: readonly { readonly operation: { readonly ports: readonly string[] } }[];
    }[];
}

/**
 * Denies every connection to the TLS port on which no client certificate was verified. Without it three states serve the
 * application to anyone in plaintext: istiod without the feature flag while the port's mesh mTLS is off, a namespace that is
 * not STRICT, and an older Sidecar that wins over ours (pilot/pkg/networking/core/listener_inbound.go). Envoy evaluates the
 * rule on HTTP and on plain TCP chains alike; a certificate passes with any URI SAN, DNS SAN or subject.
 */
export function guardSpec(labels: pulumi.Input<Labels>, listenerPort: number): AuthorizationPolicySpec {
    return {
        selector: { matchLabels: labels },
        action: "DENY",
        rules: [
            {
                from: [{ source: { notPrincipals: ["*"] } }],
                to: [{ operation: { ports: [String(listenerPort)] } }],
            },
        ],
    };
}
