/**
 * The Istio task "Ingress Sidecar TLS Termination", object for object, with its names, labels, ports, subjects, and lifetimes
 * (https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/).
 *
 * Additions to the Istio task:
 * - Two AuthorizationPolicies, httpbin-guard and httpbin-second-guard, keep the pods closed if istiod loses the feature flag, and
 *   admit only the client of the Istio task.
 * - The certificates have SANs and unique serial numbers. Go and Java clients reject a server certificate without SANs, and the
 *   guard identifies the client by its URI SAN.
 * - The Sidecar sets TLS 1.2 as the minimum version. The Istio resources use API version v1.
 * - A readiness probe, and a delay before a pod stops, so that clients lose no request during a rollout.
 * - The application runs with least privilege (securityContext), and pods are spread over nodes and zones.
 * - An annotation on the Service lets Pulumi skip a wait, because it has already waited for the Deployment.
 * - Only the sidecar sets x-forwarded-client-cert (SANITIZE_SET), so that no client can impersonate another one.
 * - The sidecar exports the expiry times of its certificates, for alerts.
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
