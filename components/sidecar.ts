/** The Sidecar, the object in which TLS termination is configured. */
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";
import { caCertificatePath, serverCertificatePath, serverPrivateKeyPath } from "./mounts";
import { type Listeners, TlsMode, TlsProtocol } from "./listeners";

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
            readonly minProtocolVersion: "TLSV1_2";
            readonly privateKey: string;
            readonly serverCertificate: string;
            readonly caCertificates?: string;
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
): SidecarSpec {
    const defaultEndpoint = `0.0.0.0:${applicationPort}`;
    const inMesh = external.protocol === TlsProtocol.Https ? "HTTP" : "TCP";
    return {
        workloadSelector: { labels },
        ingress: [
            {
                port: { number: external.listenerPort, protocol: external.protocol, name: "external" },
                defaultEndpoint,
                tls: {
                    mode: external.mode,
                    minProtocolVersion: "TLSV1_2",
                    privateKey: serverPrivateKeyPath,
                    serverCertificate: serverCertificatePath,
                    ...(external.mode === TlsMode.Simple ? {} : { caCertificates: caCertificatePath }),
                },
            },
            { port: { number: internal.listenerPort, protocol: inMesh, name: "internal" }, defaultEndpoint },
        ],
    };
}
