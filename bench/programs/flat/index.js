/** The Istio task as a Pulumi program of single resources, without a guard and without an order beyond what their values need. */
const k8s = require("@pulumi/kubernetes");
const tls = require("@pulumi/tls");

const host = "httpbin.test.svc.cluster.local";
const labels = { app: "httpbin", version: "v1" };

// The provider compares lists by position, and would show a change in each preview.
new k8s.apps.v1.DeploymentPatch(
    "istiod",
    {
        metadata: { name: "istiod", namespace: "istio-system", annotations: { "pulumi.com/patchForce": "true" } },
        spec: {
            template: {
                spec: {
                    containers: [
                        { name: "discovery", env: [{ name: "ENABLE_TLS_ON_SIDECAR_INGRESS", value: "true" }] },
                    ],
                },
            },
        },
    },
    { ignoreChanges: ["spec.template.spec.containers[0].env"] },
);

const test = new k8s.core.v1.Namespace("test", {
    metadata: { name: "test", labels: { "istio-injection": "enabled" } },
});
const namespace = test.metadata.name;

const peerAuthentication = { apiVersion: "security.istio.io/v1", kind: "PeerAuthentication" };
new k8s.apiextensions.CustomResource("strict", {
    ...peerAuthentication,
    metadata: { name: "default", namespace },
    spec: { mtls: { mode: "STRICT" } },
});
new k8s.apiextensions.CustomResource("external-port", {
    ...peerAuthentication,
    metadata: { name: "disable-peer-auth-for-external-mtls-port", namespace },
    spec: {
        selector: { matchLabels: { app: "httpbin" } },
        mtls: { mode: "STRICT" },
        portLevelMtls: { 9080: { mode: "DISABLE" } },
    },
});

const algorithm = { algorithm: "ECDSA", ecdsaCurve: "P256" };
const authorityKey = new tls.PrivateKey("authority", algorithm);
const authority = new tls.SelfSignedCert("authority", {
    privateKeyPem: authorityKey.privateKeyPem,
    subject: { commonName: "example.com" },
    isCaCertificate: true,
    validityPeriodHours: 8760,
    allowedUses: ["cert_signing"],
});

function issue(name, usage, dnsNames) {
    const key = new tls.PrivateKey(name, algorithm);
    const request = new tls.CertRequest(name, {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: name },
        dnsNames,
    });
    const certificate = new tls.LocallySignedCert(name, {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: authorityKey.privateKeyPem,
        caCertPem: authority.certPem,
        validityPeriodHours: 8760,
        allowedUses: ["digital_signature", usage],
    });
    return { certificatePem: certificate.certPem, privateKeyPem: key.privateKeyPem };
}

const server = issue("server", "server_auth", [host]);
const client = issue("client", "client_auth", ["client.test.svc.cluster.local"]);

new k8s.core.v1.Secret("server", {
    metadata: { name: "httpbin-mtls-termination", namespace },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": server.certificatePem, "tls.key": server.privateKeyPem },
});
new k8s.core.v1.Secret("authority", {
    metadata: { name: "httpbin-mtls-termination-cacert", namespace },
    stringData: { "ca.crt": authority.certPem },
});

const account = new k8s.core.v1.ServiceAccount("httpbin", { metadata: { name: "httpbin", namespace } });
new k8s.core.v1.Service("httpbin", {
    metadata: {
        name: "httpbin",
        namespace,
        labels: { app: "httpbin", service: "httpbin" },
        annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
        ports: [
            { name: "https", port: 8443, targetPort: 9080 },
            { name: "http", port: 8080, targetPort: 9081 },
        ],
        selector: { app: "httpbin" },
    },
});
new k8s.apps.v1.Deployment("httpbin", {
    metadata: { name: "httpbin", namespace },
    spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
            metadata: {
                labels,
                annotations: {
                    "sidecar.istio.io/userVolume":
                        '{"tls-secret":{"secret":{"secretName":"httpbin-mtls-termination","optional":true}},"tls-ca-secret":{"secret":{"secretName":"httpbin-mtls-termination-cacert"}}}',
                    "sidecar.istio.io/userVolumeMount":
                        '{"tls-secret":{"mountPath":"/etc/istio/tls-certs/","readOnly":true},"tls-ca-secret":{"mountPath":"/etc/istio/tls-ca-certs/","readOnly":true}}',
                },
            },
            spec: {
                serviceAccountName: account.metadata.name,
                containers: [
                    {
                        name: "httpbin",
                        image: "docker.io/kennethreitz/httpbin",
                        imagePullPolicy: "IfNotPresent",
                        ports: [{ containerPort: 80 }],
                    },
                ],
            },
        },
    },
});

const files = "/etc/istio";
new k8s.apiextensions.CustomResource("ingress-sidecar", {
    apiVersion: "networking.istio.io/v1",
    kind: "Sidecar",
    metadata: { name: "ingress-sidecar", namespace },
    spec: {
        workloadSelector: { labels },
        ingress: [
            {
                port: { number: 9080, protocol: "HTTPS", name: "external" },
                defaultEndpoint: "0.0.0.0:80",
                tls: {
                    mode: "MUTUAL",
                    privateKey: `${files}/tls-certs/tls.key`,
                    serverCertificate: `${files}/tls-certs/tls.crt`,
                    caCertificates: `${files}/tls-ca-certs/ca.crt`,
                },
            },
            { port: { number: 9081, protocol: "HTTP", name: "internal" }, defaultEndpoint: "0.0.0.0:80" },
        ],
    },
});

module.exports.clientBundle = { caCertificatePem: authority.certPem, ...client };
