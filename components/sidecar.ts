/** The Sidecar, the object in which TLS termination is configured. */
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";
import {
    caCertificatePath,
    certificateRevocationListPath,
    serverCertificatePath,
    serverPrivateKeyPath,
} from "./mounts";
import { type Listeners, TlsMode, TlsProtocol, type TlsProtocolVersion } from "./listeners";

/** Spec of a Sidecar, as far as it is used here (https://istio.io/latest/docs/reference/config/networking/sidecar/). */
export interface SidecarSpec {
    readonly workloadSelector: { readonly labels: pulumi.Input<Labels> };
    readonly ingress: readonly {
        readonly port: {
            readonly number: number;
            readonly protocol: "HTTPS" | "HTTP" | "TLS" | "TCP";
            readonly name: string;
        };
        readonly defaultEndpoint: string;
        readonly tls?: {
            readonly mode: TlsMode;
            readonly minProtocolVersion: TlsProtocolVersion;
            readonly maxProtocolVersion?: TlsProtocolVersion;
            readonly cipherSuites?: readonly string[];
            readonly privateKey: string;
            readonly serverCertificate: string;
            readonly caCertificates?: string;
            readonly caCrl?: string;
        };
    }[];
}

/**
 * `mode` is never left out: Istio takes that for PASSTHROUGH, which terminates TLS without asking for a client certificate.
 * TLS 1.2 is Envoy's default as well, but the mesh's `tlsDefaults` could lower it.
 */
export function sidecarSpec(
    labels: pulumi.Input<Labels>,
    { external, internal, applicationPort }: Listeners,
    hasRevocationList: boolean,
): SidecarSpec {
    const defaultEndpoint = `0.0.0.0:${applicationPort}`;
    const verification = {
        caCertificates: caCertificatePath,
        ...(hasRevocationList ? { caCrl: certificateRevocationListPath } : {}),
    };
    const inMesh = external.protocol === TlsProtocol.Https ? "HTTP" : "TCP";
    return {
        workloadSelector: { labels },
        ingress: [
            {
                port: { number: external.listenerPort, protocol: external.protocol, name: "external" },
                defaultEndpoint,
                tls: {
                    mode: external.mode,
                    minProtocolVersion: external.minProtocolVersion,
                    ...(external.maxProtocolVersion ? { maxProtocolVersion: external.maxProtocolVersion } : {}),
                    ...(external.cipherSuites ? { cipherSuites: external.cipherSuites } : {}),
                    privateKey: serverPrivateKeyPath,
                    serverCertificate: serverCertificatePath,
                    ...(external.mode === TlsMode.Simple ? {} : verification),
                },
            },
            { port: { number: internal.listenerPort, protocol: inMesh, name: "internal" }, defaultEndpoint },
        ],
    };
}
