/** The Sidecar, the object in which TLS termination is configured. */
import type * as pulumi from "@pulumi/pulumi";
import type { Labels } from "./labels";
import { caCertificatePath, serverCertificatePath, serverPrivateKeyPath } from "./mounts";
import type { Ports } from "./ports";

/** Spec of a Sidecar, as far as it is used here (https://istio.io/latest/docs/reference/config/networking/sidecar/). */
export interface SidecarSpec {
    readonly workloadSelector: { readonly labels: pulumi.Input<Labels> };
    readonly ingress: readonly {
        readonly port: { readonly number: number; readonly protocol: "HTTPS" | "HTTP"; readonly name: string };
        readonly defaultEndpoint: string;
        readonly tls?: {
            readonly mode: "MUTUAL";
            readonly minProtocolVersion: "TLSV1_2";
            readonly privateKey: string;
            readonly serverCertificate: string;
            readonly caCertificates: string;
        };
    }[];
}

/**
 * `mode` is never left out: Istio takes that for PASSTHROUGH, which terminates TLS without asking for a client certificate.
 * TLS 1.2 is Envoy's default as well, but the mesh's `tlsDefaults` could lower it.
 */
export function sidecarSpec(labels: pulumi.Input<Labels>, ports: Ports): SidecarSpec {
    const defaultEndpoint = `0.0.0.0:${ports.application}`;
    return {
        workloadSelector: { labels },
        ingress: [
            {
                port: { number: ports.externalListener, protocol: "HTTPS", name: "external" },
                defaultEndpoint,
                tls: {
                    mode: "MUTUAL",
                    minProtocolVersion: "TLSV1_2",
                    privateKey: serverPrivateKeyPath,
                    serverCertificate: serverCertificatePath,
                    caCertificates: caCertificatePath,
                },
            },
            { port: { number: ports.internalListener, protocol: "HTTP", name: "internal" }, defaultEndpoint },
        ],
    };
}
