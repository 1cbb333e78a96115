/** What a ConnectivityCheck knows about the component that it checks. */
import * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../certificates/keyPairs";
import type { Context } from "../context";
import { digestOf } from "../kubernetes/digest";
import type { ResolvedListener } from "../listeners/listeners";

/** What a ConnectivityCheck needs to check a SidecarTlsTermination, as a secret: the output `connectivityTarget`. */
export interface ConnectivityTarget {
    /** Namespace of the workload. */
    readonly namespace: string;
    /** DNS name of the Service in the cluster. */
    readonly host: string;
    /** Listeners that the check tests. */
    readonly listeners: ConnectivityListener[];
    /** Bundle of the check's client, which a SidecarTlsTermination with `connectivityCheckClient` issues. Default: none. */
    readonly clientBundle?: ClientBundle;
    /** Labels of a pod into which istiod injects a sidecar. See [Sidecar injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/). */
    readonly injectionLabels: { [label: string]: string };
    /** Digest of everything that decides which clients are admitted. If it changes, the check runs again. */
    readonly digest: string;
}

/** A listener of the sidecar, as a ConnectivityCheck tests it. */
export interface ConnectivityListener {
    /** Name of the listener. */
    readonly name: string;
    /** Protocol of the listener: "HTTPS", "TLS", "HTTP" or "TCP". */
    readonly protocol: string;
    /** Port of the Service, from 1 to 65535. */
    readonly servicePort: number;
    /** TLS mode of the listener: "MUTUAL", "OPTIONAL_MUTUAL" or "SIMPLE". Default: none; the listener has no TLS. */
    readonly mode?: string;
}

/** Resources that depend on the target wait for all resources. It changes with everything that decides which clients are admitted. */
export function connectivityTarget(
    { namespace, host, listeners, pods, externalHostNames, injectionLabels }: Context,
    {
        resources,
        changes,
        bundle,
    }: {
        readonly resources: readonly pulumi.Resource[];
        /** Everything besides listeners, pods and names that decides which clients are admitted. */
        readonly changes: readonly pulumi.Input<unknown>[];
        readonly bundle: pulumi.Output<ClientBundle> | undefined;
    },
): pulumi.Output<ConnectivityTarget> {
    const digest = pulumi
        .all([listeners, pods, externalHostNames, ...changes])
        .apply((parts) => digestOf(JSON.stringify(parts), 16));
    return pulumi.secret(
        pulumi
            .all([
                pulumi.output({ namespace, host, injectionLabels, clientBundle: bundle }),
                listeners,
                pulumi.unsecret(digest),
                // The URN of a resource is known once the resource is ready. The URN of a component is known earlier, but the SDK
                // makes a resource that depends on a component wait for its children (sdk/nodejs/runtime/dependsOn.ts).
                resources.map(({ urn }) => urn),
            ])
            .apply(([{ clientBundle, ...known }, all, knownDigest]) => ({
                ...known,
                ...(clientBundle ? { clientBundle } : {}),
                listeners: connectivityListeners(all),
                digest: knownDigest,
            })),
    );
}

/** The bundle of the check's client, and everything else in a target: only the bundle is a secret, so previews show the rest. */
export interface SplitTarget {
    readonly target: pulumi.Output<PublicTarget>;
    readonly clientBundle: pulumi.Output<ClientBundle | undefined>;
}

export type PublicTarget = Omit<ConnectivityTarget, "clientBundle">;

export function splitTarget(whole: pulumi.Input<ConnectivityTarget>): SplitTarget {
    const parts = pulumi.output(whole).apply(({ clientBundle, ...target }) => ({ clientBundle, target }));
    return {
        target: pulumi.unsecret(parts.apply(({ target }) => target)),
        clientBundle: pulumi.secret(parts.apply(({ clientBundle }) => clientBundle)),
    };
}

function connectivityListeners(listeners: readonly ResolvedListener[]): ConnectivityListener[] {
    return listeners.map(({ name, protocol, servicePort, tls }) => ({
        name,
        protocol,
        servicePort,
        ...(tls ? { mode: tls.mode } : {}),
    }));
}
