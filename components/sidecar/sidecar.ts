/** The Sidecar, which configures TLS termination. */
import * as pulumi from "@pulumi/pulumi";
import {
    caCertificatePath,
    certificateRevocationListPath,
    serverCertificatePath,
    serverPrivateKeyPath,
} from "../certificates/secretFiles";
import type { Context } from "../context";
import { createIstioResource, type IstioKind } from "../kubernetes/istioResource";
import type { Labels } from "../kubernetes/labels";
import { omitUnset } from "../kubernetes/omitUnset";
import type { ListenerProtocol, ResolvedListener } from "../listeners/listeners";
import { type ResolvedTls, TlsMode } from "../listeners/listenerTls";
import { describeListenerChange } from "../previews/openConnections";
import { announceOpenConnections } from "../previews/openConnectionsHook";
import type { EgressListener, OutboundTrafficPolicy } from "./egress";

/** Spec of a Sidecar, as far as the component uses it (https://istio.io/latest/docs/reference/config/networking/sidecar/). */
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

const sidecarKind: IstioKind<SidecarSpec> = { apiVersion: "networking.istio.io/v1", kind: "Sidecar" };

/** Registers the Sidecar alone: in previews of an existing component, the ID of the Sidecar is known. */
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
            sidecarKind,
            metadata({ name: names.sidecar, namespace }),
            spec,
            announceOpenConnections(after(...before), describeListenerChange),
        ),
    ];
}

/** Settings of a Sidecar besides the listeners. */
interface SidecarSettings {
    readonly labels: pulumi.Input<Labels>;
    /** Address on which the application listens: "0.0.0.0" for all addresses of the pod, or "127.0.0.1". */
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
 * `mode` is always set: Istio's default is PASSTHROUGH, which here terminates TLS without a client certificate. TLS 1.2 is also Envoy's
 * default minimum, but the `tlsDefaults` of the mesh could lower it.
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
