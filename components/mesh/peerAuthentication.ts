/** Where the mesh's own mutual TLS is demanded, and the ports where it is not. */
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { createIstioResource, type IstioKind } from "../kubernetes/istioResource";
import type { Labels } from "../kubernetes/labels";
import { type TlsListener, tlsListeners } from "../listeners/listeners";

/** Spec of a PeerAuthentication (https://istio.io/latest/docs/reference/config/security/peer_authentication/). */
export interface PeerAuthenticationSpec {
    readonly selector?: { readonly matchLabels: pulumi.Input<Labels> };
    readonly mtls: { readonly mode: "STRICT" };
    readonly portLevelMtls?: { readonly [port: string]: { readonly mode: "DISABLE" } };
}

const peerAuthentication: IstioKind<PeerAuthenticationSpec> = {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
};

export function createPeerAuthentications(
    { strictNamespace, createNamespace }: { readonly strictNamespace?: boolean; readonly createNamespace?: boolean },
    { name, names, namespace, listeners, pods, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    const strict =
        (strictNamespace ?? createNamespace)
            ? [
                  createIstioResource(
                      `${name}-namespace-peer-authentication`,
                      peerAuthentication,
                      metadata({ name: names.namespacePeerAuthentication, namespace }),
                      namespacePeerAuthenticationSpec,
                      after(...before),
                  ),
              ]
            : [];
    const portException = createIstioResource(
        `${name}-port-peer-authentication`,
        peerAuthentication,
        metadata({ name: names.portPeerAuthentication, namespace }),
        listeners.apply((all) => portPeerAuthenticationSpec(pods.selector, tlsListeners(all))),
        after(...before, ...strict),
    );
    return [...strict, portException];
}

/** Mesh mTLS on every port of the namespace. */
export const namespacePeerAuthenticationSpec: PeerAuthenticationSpec = { mtls: { mode: "STRICT" } };

/**
 * Mesh mTLS on every port of the workload but the TLS ports: Istio hands a port to the Sidecar's `tls` only where mesh mTLS is
 * DISABLE (pilot/pkg/networking/core/listener_inbound.go). The key is the port of the Sidecar, not that of the Service.
 */
export function portPeerAuthenticationSpec(
    labels: pulumi.Input<Labels>,
    listeners: readonly TlsListener[],
): PeerAuthenticationSpec {
    return {
        selector: { matchLabels: labels },
        mtls: { mode: "STRICT" },
        portLevelMtls: Object.fromEntries(
            listeners.map(({ listenerPort }) => [String(listenerPort), { mode: "DISABLE" }]),
        ),
    };
}
