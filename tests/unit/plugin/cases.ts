/** Cases for the npm package and the plugin: each public component, with constants, secrets, and values known only after creation. */
import type { Pair } from "../certificates";
import { later, secret } from "./inputs";
import type { ComponentCase } from "./runs";

/** A secret that neither may register in plaintext. */
export const hidden = "kept from everybody";

const workload = { image: "example.com/application", port: 80 };

export function cases(authority: Pair): Readonly<Record<string, ComponentCase>> {
    const secretAuthority = {
        certificatePem: authority.certificatePem,
        privateKeyPem: secret(authority.privateKeyPem),
    };
    const laterAuthority = {
        certificatePem: later(authority.certificatePem),
        privateKeyPem: later(authority.privateKeyPem, { secret: true }),
    };
    return {
        "a SidecarTlsTermination with constants": {
            className: "SidecarTlsTermination",
            name: "shop",
            args: {
                namespace: "test",
                createNamespace: true,
                clients: [{ name: "partner" }, { name: "other", uri: "spiffe://example.com/other" }],
                connectivityCheckClient: true,
                allowedSources: [{ cidr: "10.0.0.0/8" }],
                commonLabels: { team: "shop" },
                workload: {
                    ...workload,
                    replicas: 2,
                    environment: { MODE: "fast" },
                    readinessProbe: { path: "/ready" },
                },
            },
        },
        "a SidecarTlsTermination with secrets": {
            className: "SidecarTlsTermination",
            name: "shop",
            args: {
                namespace: "test",
                certificateAuthority: secretAuthority,
                workload: { ...workload, environment: { PASSWORD: secret(hidden) } },
            },
        },
        "a SidecarTlsTermination with values of another resource": {
            className: "SidecarTlsTermination",
            name: "shop",
            dependsOnSource: true,
            customTimeouts: { create: "20m" },
            args: {
                namespace: later("test"),
                externalHostNames: [later("shop.example.com")],
                certificateAuthority: laterAuthority,
                listeners: [
                    { name: "external", protocol: "HTTPS", servicePort: later(443), tls: { mode: later("MUTUAL") } },
                    { name: "internal", protocol: "HTTP", servicePort: 8080 },
                ],
                existingWorkload: { selector: { app: later("shop") }, port: later(80) },
                certificateMounts: "container",
            },
        },
        "a SidecarTlsTermination with a list and a map of another resource": {
            className: "SidecarTlsTermination",
            name: "shop",
            args: {
                namespace: "test",
                externalHostNames: later(["shop.example.com"]),
                commonLabels: later({ team: "shop" }),
                workload: { ...workload, environment: later({ PASSWORD: hidden }, { secret: true }) },
            },
        },
        "a CertificateAuthority": {
            className: "CertificateAuthority",
            name: "authority",
            args: { subject: { commonName: later("Partners") }, keyAlgorithm: "ECDSA-P384" },
        },
        "a ClientCertificate": {
            className: "ClientCertificate",
            name: "partner",
            args: { certificateAuthority: laterAuthority, uris: ["spiffe://example.com/partner"] },
        },
        "an IstiodFeatureFlag": {
            className: "IstiodFeatureFlag",
            name: "flag",
            args: { namespace: later("istio-system"), revisions: ["default", "canary"] },
        },
        "a ConnectivityCheck": {
            className: "ConnectivityCheck",
            name: "check",
            args: {
                target: later(
                    {
                        namespace: "test",
                        host: "shop.test.svc.cluster.local",
                        listeners: [{ name: "external", protocol: "HTTPS", servicePort: 8443, mode: "MUTUAL" }],
                        injectionLabels: { "sidecar.istio.io/inject": "true" },
                        digest: "0123456789abcdef",
                    },
                    { secret: true },
                ),
                clientBundle: {
                    caCertificatePem: authority.certificatePem,
                    certificatePem: authority.certificatePem,
                    privateKeyPem: secret(authority.privateKeyPem),
                },
                triggers: [later("1.2.3")],
            },
        },
    };
}
