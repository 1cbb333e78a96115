/** Where mesh mTLS is required, and the ports for which it is disabled. */
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { createIstioResource, type IstioKind } from "../kubernetes/istioResource";
import type { Labels } from "../kubernetes/labels";
import { type TlsListener, tlsListeners } from "../listeners/listeners";

/** Spec of a PeerAuthentication, as far as the component uses it (https://istio.io/latest/docs/reference/config/security/peer_authentication/). */
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
    {
        strictNamespace,
        createNamespace,
        unsafeDisableGuard,
    }: {
        readonly strictNamespace?: boolean;
        readonly createNamespace?: boolean;
        readonly unsafeDisableGuard?: boolean;
    },
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
        after(...before, ...(unsafeDisableGuard ? strict : [])),
    );
    return [...strict, portException];
}

/** Requires mesh mTLS on every port in the namespace. */
export const namespacePeerAuthenticationSpec: PeerAuthenticationSpec = { mtls: { mode: "STRICT" } };

/**
 * Requires mesh mTLS on every port of the workload except the TLS ports: Istio applies the Sidecar's `tls` to a port only if the
 * mesh mTLS mode of the port is DISABLE (pilot/pkg/networking/core/listener_inbound.go). The key is the port in the Sidecar, not
 * the port of the Service.
 */
export function portPeerAuthenticationSpec(
    selector: pulumi.Input<Labels>,
    listeners: readonly TlsListener[],
): PeerAuthenticationSpec {
    return {
        selector: { matchLabels: selector },
        mtls: { mode: "STRICT" },
        portLevelMtls: Object.fromEntries(
            listeners.map(({ listenerPort }) => [String(listenerPort), { mode: "DISABLE" }]),
        ),
    };
}
