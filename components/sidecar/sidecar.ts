/** The Sidecar, the object in which TLS termination is configured. */
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { createIstioResource } from "../kubernetes/istioResource";
import { listenersCut } from "../previews/openConnections";
import { announcingCuts } from "../previews/openConnectionsHook";
import type { EgressListener, OutboundTrafficPolicy } from "./egress";
import type { Labels } from "../kubernetes/labels";
import { type ResolvedListener, ListenerProtocol } from "../listeners/listeners";
import { type ResolvedTls, TlsMode } from "../listeners/listenerTls";
import { omitUnset } from "../kubernetes/omitUnset";
import {
    caCertificatePath,
    certificateRevocationListPath,
    serverCertificatePath,
    serverPrivateKeyPath,
} from "../certificates/secretFiles";

/** Spec of a Sidecar, as far as it is used here (https://istio.io/latest/docs/reference/config/networking/sidecar/). */
export interface SidecarSpec {
    readonly workloadSelector: { readonly labels: pulumi.Input<Labels> };
    readonly ingress: readonly {
        readonly port: { readonly number: number; readonly protocol: ListenerProtocol; readonly name: string };
        readonly defaultEndpoint: string;
        readonly tls?: ResolvedTls & {
            readonly privateKey: string;
            readonly serverCertificate: string;
            readonly caCertificates?: string;
            readonly caCrl?: string;
        };
    }[];
    readonly egress?: readonly EgressListener[];
    readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
}

/** The Sidecar and nothing else: its ID is known in a preview once the component exists. */
export function createSidecar(
    args: {
        readonly certificateRevocationListPem?: pulumi.Input<string>;
        readonly egress?: EgressListener[];
        readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
    },
    { name, names, namespace, listeners, applicationAddress, pods, metadata, after }: Context,
    before: readonly pulumi.Resource[],
): readonly [pulumi.CustomResource] {
    const spec = pulumi
        .all([listeners, args.egress, args.outboundTrafficPolicy])
        .apply(([resolved, egress, outboundTrafficPolicy]) =>
            sidecarSpec(resolved, {
                labels: pods.versionSelector,
                applicationAddress,
                hasRevocationList: Boolean(args.certificateRevocationListPem),
                egress,
                outboundTrafficPolicy,
            }),
        );
    return [
        createIstioResource(
            `${name}-sidecar`,
            "Sidecar",
            metadata({ name: names.sidecar, namespace }),
            spec,
            announcingCuts(after(...before), `${name}-sidecar`, listenersCut),
        ),
    ];
}

/** What a Sidecar says beside its listeners. */
interface SidecarSettings {
    readonly labels: pulumi.Input<Labels>;
    /** Where the application listens: on all addresses of the pod, or on the loopback interface alone. */
    readonly applicationAddress: string;
    readonly hasRevocationList: boolean;
    readonly egress?: readonly EgressListener[] | undefined;
    readonly outboundTrafficPolicy?: OutboundTrafficPolicy | undefined;
}

export function sidecarSpec(
    listeners: readonly ResolvedListener[],
    { labels, applicationAddress, hasRevocationList, egress, outboundTrafficPolicy }: SidecarSettings,
): SidecarSpec {
    return {
        workloadSelector: { labels },
        ingress: listeners.map(({ name, protocol, listenerPort, applicationPort, tls }) => ({
            port: { number: listenerPort, protocol, name },
            defaultEndpoint: `${applicationAddress}:${applicationPort}`,
            ...(tls ? { tls: tlsSettings(tls, hasRevocationList) } : {}),
        })),
        ...omitUnset({ egress: egress?.map(omitUnset), outboundTrafficPolicy }),
    };
}

/**
 * `mode` is never left out: Istio takes that for PASSTHROUGH, which terminates TLS without asking for a client certificate.
 * TLS 1.2 is Envoy's default as well, but the mesh's `tlsDefaults` could lower it.
 */
function tlsSettings(
    { mode, minProtocolVersion, maxProtocolVersion, cipherSuites }: ResolvedTls,
    hasRevocationList: boolean,
): NonNullable<SidecarSpec["ingress"][number]["tls"]> {
    const verification = {
        caCertificates: caCertificatePath,
        ...(hasRevocationList ? { caCrl: certificateRevocationListPath } : {}),
    };
    return {
        mode,
        minProtocolVersion,
        ...(maxProtocolVersion ? { maxProtocolVersion } : {}),
        ...(cipherSuites ? { cipherSuites } : {}),
        privateKey: serverPrivateKeyPath,
        serverCertificate: serverCertificatePath,
        ...(mode === TlsMode.Simple ? {} : verification),
    };
}
