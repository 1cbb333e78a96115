/** What a ConnectivityCheck has to know of a chain. */
import * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../certificates/keyPairs";
import type { Context } from "../context";
import { digestOf } from "../kubernetes/digest";
import type { ResolvedListener } from "../listeners/listeners";

/** All that a ConnectivityCheck needs, secret. */
export interface ConnectivityTarget {
    /** Namespace of the workload. */
    readonly namespace: string;
    /** DNS name of its Service. */
    readonly host: string;
    /** What listens there. */
    readonly listeners: ConnectivityListener[];
    /** Certificate and key of the check's own client. Default: none, without connectivityCheckClient. */
    readonly clientBundle?: ClientBundle;
    /** Labels that give a pod its sidecar. */
    readonly injectionLabels: { [label: string]: string };
    /** A digest of all that decides who is let in: another one runs the check again. */
    readonly digest: string;
}

export interface ConnectivityListener {
    /** Its name. */
    readonly name: string;
    /** "HTTPS", "TLS", "HTTP" or "TCP". */
    readonly protocol: string;
    /** Port of the Service. */
    readonly servicePort: number;
    /** "MUTUAL", "OPTIONAL_MUTUAL" or "SIMPLE". Default: none, without TLS. */
    readonly mode?: string;
}

/** Known once all resources are in place, and anew whenever one of the arguments that matter has changed. */
export function connectivityTarget(
    { namespace, host, listeners, pods, externalHostNames, injectionLabels }: Context,
    made: {
        readonly resources: readonly pulumi.Resource[];
        /** Everything else that decides who is admitted. */
        readonly changes: readonly pulumi.Input<unknown>[];
        readonly bundle: pulumi.Output<ClientBundle> | undefined;
    },
): pulumi.Output<ConnectivityTarget> {
    const digest = pulumi
        .all([listeners, pods, externalHostNames, ...made.changes])
        .apply((parts) => digestOf(JSON.stringify(parts), 16));
    return pulumi.secret(
        pulumi
            .all([
                pulumi.output({ namespace, host, injectionLabels, clientBundle: made.bundle }),
                listeners,
                pulumi.unsecret(digest),
                // The registration of a resource ends when it is in place.
                made.resources.map(({ urn }) => urn),
            ])
            .apply(([{ clientBundle, ...known }, all, changes]) => ({
                ...known,
                ...(clientBundle ? { clientBundle } : {}),
                listeners: connectivityListeners(all),
                digest: changes,
            })),
    );
}

function connectivityListeners(listeners: readonly ResolvedListener[]): ConnectivityListener[] {
    return listeners.map(({ name, protocol, servicePort, tls }) => ({
        name,
        protocol,
        servicePort,
        ...(tls ? { mode: tls.mode } : {}),
    }));
}
