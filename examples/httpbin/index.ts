/**
 * Istio's task "Ingress Sidecar TLS Termination", object for object: the page's names, labels, ports, subjects and lifetimes
 * (https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/).
 *
 * What is here and not on the page:
 * - two AuthorizationPolicies, httpbin-guard and httpbin-second-guard, which keep the pods closed should istiod lose the
 *   feature flag, and let in the page's client alone;
 * - subject alternative names in the certificates, without which Go and Java clients refuse the server's and by which the guard
 *   knows the client, and serial numbers of their own;
 * - TLS 1.2 at least, said in the Sidecar, and version v1 of Istio's APIs;
 * - a readiness probe and a wait before a pod ends, so that clients lose no request when pods come and go;
 * - the application has no more rights than it needs (securityContext), and pods are spread over nodes and zones;
 * - an annotation at the Service that spares Pulumi a wait, since the Deployment was waited for;
 * - x-forwarded-client-cert is set by the sidecar alone (SANITIZE_SET), so that no client can claim to be another;
 * - the sidecar shows when its certificates expire, for alerts.
 */
import { CertificateAuthority, SidecarTlsTermination } from "../..";

const year = 365 * 24;

const authority = new CertificateAuthority("example", {
    subject: { commonName: "example.com", organization: "example Inc." },
    keyAlgorithm: "RSA-2048",
    validityPeriodHours: year,
});

const httpbin = new SidecarTlsTermination("httpbin", {
    namespace: "test",
    createNamespace: true,
    workload: {
        image: "docker.io/kennethreitz/httpbin",
        port: 80,
        labels: { app: "httpbin" },
        version: "v1",
        replicas: 1,
    },
    certificateAuthority: {
        certificatePem: authority.certificatePem,
        privateKeyPem: authority.privateKeyPem,
    },
    certificates: {
        keyAlgorithm: "RSA-2048",
        validityPeriodHours: year,
        serverSubject: { organization: "httpbin organization" },
    },
    clients: [{ name: "client", subject: { organization: "client organization" } }],
    objectNames: {
        namespacePeerAuthentication: "default",
        portPeerAuthentication: "disable-peer-auth-for-external-mtls-port",
        serverSecret: "httpbin-mtls-termination",
        caSecret: "httpbin-mtls-termination-cacert",
        sidecar: "ingress-sidecar",
    },
});

export const url = httpbin.url;
export const caCertificatePem = httpbin.caCertificatePem;
export const clientBundle = httpbin.clientBundle;
export const notAfter = httpbin.notAfter;
