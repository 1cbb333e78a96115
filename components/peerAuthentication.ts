/** Where the mesh's own mutual TLS is demanded, and the one port where it is not. */
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";

/** Spec of a PeerAuthentication (https://istio.io/latest/docs/reference/config/security/peer_authentication/). */
export interface PeerAuthenticationSpec {
    readonly selector?: { readonly matchLabels: pulumi.Input<Labels> };
    readonly mtls: { readonly mode: "STRICT" };
    readonly portLevelMtls?: { readonly [port: string]: { readonly mode: "DISABLE" } };
}

/** Mesh mTLS on every port of the namespace. */
export const namespacePeerAuthenticationSpec: PeerAuthenticationSpec = { mtls: { mode: "STRICT" } };

/**
 * Mesh mTLS on every port of the workload but the TLS port: Istio hands a port to the Sidecar's `tls` only where mesh mTLS is
 * DISABLE (pilot/pkg/networking/core/listener_inbound.go). The key is the port of the Sidecar, not that of the Service.
 */
export function portPeerAuthenticationSpec(labels: pulumi.Input<Labels>, listenerPort: number): PeerAuthenticationSpec {
    return {
        selector: { matchLabels: labels },
        mtls: { mode: "STRICT" },
        portLevelMtls: { [String(listenerPort)]: { mode: "DISABLE" } },
    };
}
