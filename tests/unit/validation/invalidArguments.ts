/** Invalid arguments, and parts of the error for each. */
import * as pulumi from "@pulumi/pulumi";
import { external } from "../../listeners";

/** The required arguments. */
export const good = { namespace: "test", workload: { image: "example.com/application", port: 80 } };

const defaultUris = "spiffe://shop.test.svc.cluster.local/clients";

export const cases: { title: string; args: object; says: string[] }[] = [
    { title: "no namespace", args: { workload: good.workload }, says: ["namespace: is required"] },
    { title: "no workload", args: { namespace: "test" }, says: ["workload: is required"] },
    {
        title: "no port",
        args: { ...good, workload: { image: "i" } },
        says: ["workload.port: is required"],
    },
    {
        title: "an image that is empty",
        args: { ...good, workload: { image: "", port: 80 } },
        says: ['workload.image: "" must be a non-empty string'],
    },
    {
        title: "a namespace that is no DNS label",
        args: { ...good, namespace: "Test_1" },
        says: ['namespace: "Test_1" must be a DNS label', "lowercase"],
    },
    {
        title: "a namespace without injection",
        args: { ...good, namespace: "kube-system" },
        says: ['namespace: "kube-system" is a namespace in which Istio never injects sidecars. Use another namespace'],
    },
    {
        title: "istiod's own namespace",
        args: { ...good, namespace: "istio-system" },
        says: [
            'namespace: "istio-system" is the namespace of istiod, in which Istio ignores a PeerAuthentication for a single workload',
        ],
    },
    {
        title: "a misspelled argument",
        args: { ...good, createNameSpace: true },
        says: ["createNameSpace: unknown property; expected one of namespace, createNamespace"],
    },
    {
        title: "a misspelled argument further down",
        args: { ...good, workload: { ...good.workload, replica: 2 } },
        says: ["workload.replica: unknown property; expected one of image", "replicas"],
    },
    {
        title: "an invalid port",
        args: { ...good, workload: { image: "i", port: 70000 } },
        says: ["workload.port: 70000 must be a whole number from 1 to 65535"],
    },
    {
        title: "a port as a string",
        args: { ...good, workload: { image: "i", port: "80" } },
        says: ['workload.port: "80" must be a whole number'],
    },
    ...[-1, 581, 1.5].map((drainSeconds) => ({
        title: `a drain of ${drainSeconds} seconds`,
        args: { ...good, drainSeconds },
        says: [`drainSeconds: ${drainSeconds} must be a whole number of seconds from 0 to 580`],
    })),
    {
        title: "a drain as a duration",
        args: { ...good, drainSeconds: "10s" },
        says: ['drainSeconds: "10s" must be a whole number of seconds from 0 to 580'],
    },
    {
        title: "a drain as an Output",
        args: { ...good, drainSeconds: pulumi.output(10) },
        says: ["drainSeconds: decides which resources exist, so it cannot be an Output; set a plain value"],
    },
    ...[15000, 15006, 15090].map((port) => ({
        title: `a listener port that Istio reserves, ${port}`,
        args: { ...good, listeners: external({ listenerPort: port }) },
        says: [`listeners[0].listenerPort: ${port} is in 15000-15090`],
    })),
    {
        title: "an application on a port that Istio reserves",
        args: { ...good, workload: { image: "i", port: 15020 } },
        says: ["workload.port: 15020 is in 15000-15090"],
    },
    {
        title: "one Service port for two listeners",
        args: { ...good, listeners: external({ servicePort: 8080 }) },
        says: ["listeners[1].servicePort: 8080 is also the servicePort of listeners[0]"],
    },
    {
        title: "one sidecar port for two listeners",
        args: { ...good, listeners: external({}, { listenerPort: 9080 }) },
        says: ["listeners[1].listenerPort: 9080 is also the listenerPort of listeners[0]"],
    },
    {
        title: "an application that listens on the TLS port",
        args: { ...good, workload: { image: "i", port: 9080 } },
        says: ["workload.port: 9080 conflicts with the sidecar's default listener port"],
    },
    {
        title: "an application that listens on the port for the mesh",
        args: { ...good, workload: { image: "i", port: 9081 } },
        says: ["workload.port: 9081 conflicts with the sidecar's default listener port"],
    },
    {
        title: "an empty selector",
        args: { ...good, workload: { ...good.workload, labels: {} } },
        says: ["workload.labels: {} must have at least one label"],
    },
    {
        title: "a list as labels",
        args: { ...good, workload: { ...good.workload, labels: ["app"] } },
        says: ['workload.labels: ["app"] must have at least one label'],
    },
    {
        title: "an invalid label value",
        args: { ...good, workload: { ...good.workload, labels: { app: "my app" } } },
        says: ['workload.labels["app"]: "my app" must be a label value'],
    },
    {
        title: "a version that is set twice",
        args: { ...good, workload: { ...good.workload, labels: { app: "a", version: "v1" }, version: "v2" } },
        says: ["workload.version: cannot be combined with the label version in workload.labels"],
    },
    {
        title: "one name for two Secrets",
        args: { ...good, objectNames: { serverSecret: "tls", caSecret: "tls" } },
        says: ['objectNames.serverSecret: "tls" is also objectNames.caSecret'],
    },
    {
        title: "an invalid revision",
        args: { ...good, istiod: { revisions: ["1.20"] } },
        says: [
            'istiod.revisions[0]: "1.20" must be the name of an Istio revision: at most 57 lowercase letters, digits',
        ],
    },
    {
        title: "an invalid number of pods",
        args: { ...good, workload: { ...good.workload, replicas: -1 } },
        says: ["workload.replicas: -1 must be a whole number"],
    },
    {
        title: "a validity of 0 hours",
        args: { ...good, certificates: { validityPeriodHours: 0 } },
        says: ["certificates.validityPeriodHours: 0 must be a whole number of hours from 1"],
    },
    {
        title: "a renewal window as long as the validity",
        args: { ...good, certificates: { validityPeriodHours: 24, earlyRenewalHours: 24 } },
        says: ["certificates.earlyRenewalHours: 24 must be less than validityPeriodHours (24)"],
    },
    {
        title: "an unknown key algorithm",
        args: { ...good, certificates: { keyAlgorithm: "RSA-1024" } },
        says: [
            'certificates.keyAlgorithm: "RSA-1024" must be one of "ECDSA-P256", "ECDSA-P384", "RSA-2048", "RSA-3072", "RSA-4096"',
        ],
    },
    {
        title: "a key algorithm that Envoy rejects in client certificates",
        args: { ...good, certificates: { keyAlgorithm: "Ed25519" } },
        says: [
            'certificates.keyAlgorithm: "Ed25519" must be one of "ECDSA',
            "; Envoy rejects clients with Ed25519 keys",
        ],
    },
    {
        title: "an invalid IP address",
        args: { ...good, certificates: { serverIpAddresses: ["10.0.0.256"] } },
        says: ['certificates.serverIpAddresses[0]: "10.0.0.256" must be an IP address such as'],
    },
    {
        title: "an invalid URI",
        args: { ...good, certificates: { serverUris: ["example.com/shop"] } },
        says: ['certificates.serverUris[0]: "example.com/shop" must be an absolute URI'],
    },
    {
        title: "an invalid country",
        args: { ...good, certificates: { serverSubject: { country: "Germany" } } },
        says: ['certificates.serverSubject.country: "Germany" must be a country code of two capital letters'],
    },
    {
        title: "TLS versions of which none is left",
        args: { ...good, listeners: external({ minProtocolVersion: "TLSV1_3", maxProtocolVersion: "TLSV1_2" }) },
        says: ['listeners[0].tls.maxProtocolVersion: "TLSV1_2" is older than listeners[0].tls.minProtocolVersion'],
    },
    {
        title: "an obsolete TLS version",
        args: { ...good, listeners: external({ minProtocolVersion: "TLSV1_1" }) },
        says: ['listeners[0].tls.minProtocolVersion: "TLSV1_1" must be one of "TLSV1_2", "TLSV1_3"'],
    },
    {
        title: "a cipher suite that Istio would drop silently",
        args: { ...good, listeners: external({ cipherSuites: ["TLS_AES_128_GCM_SHA256"] }) },
        says: [
            'listeners[0].tls.cipherSuites[0]: "TLS_AES_128_GCM_SHA256" must be one of "ECDHE-ECDSA-AES128-GCM-SHA256"',
        ],
    },
    {
        title: "no cipher suite at all",
        args: { ...good, listeners: external({ cipherSuites: [] }) },
        says: ["listeners[0].tls.cipherSuites: [] must have at least one item; omit it for the default"],
    },
    {
        title: "two sources of certificates",
        args: { ...good, existingSecrets: { server: "tls" }, certManager: { issuerName: "ca" } },
        says: ["certManager: cannot be combined with existingSecrets: certificates come from one source"],
    },
    {
        title: "certificate settings that have no effect with existing Secrets",
        args: {
            ...good,
            existingSecrets: { server: "tls" },
            certificates: { keyAlgorithm: "RSA-2048" },
            clients: [{ name: "alice", subject: { organization: "Alice" } }],
        },
        says: [
            "certificates: cannot be combined with existingSecrets: with existing Secrets, the component issues no certificates",
            "clients[0].subject: cannot be combined with existingSecrets",
        ],
    },
    {
        title: "a kind of issuer that cert-manager does not have",
        args: { ...good, certManager: { issuerName: "ca", issuerKind: "CA" } },
        says: ['certManager.issuerKind: "CA" must be one of "Issuer", "ClusterIssuer"'],
    },
    {
        title: "a client whose name is not valid for its Secret with cert-manager",
        args: { ...good, certManager: { issuerName: "ca" }, clients: [{ name: "Alice_1" }] },
        says: [
            'clients[0].name: "shop-client-Alice_1" is the name of the client\'s Secret and must be the name of a Kubernetes object',
        ],
    },
    {
        title: "a client whose Secret with cert-manager would be the server's",
        args: {
            ...good,
            certManager: { issuerName: "ca" },
            clients: [{ name: "alice" }],
            objectNames: { serverSecret: "shop-client-alice" },
        },
        says: [
            'clients[0].name: "alice" names the client\'s Secret shop-client-alice, which is objectNames.serverSecret',
        ],
    },
    {
        title: "names of Secrets that the component does not create",
        args: { ...good, existingSecrets: { server: "tls" }, objectNames: { serverSecret: "other" } },
        says: ["objectNames.serverSecret: cannot be combined with existingSecrets"],
    },
    {
        title: "cipher suites without one for the server's key",
        args: { ...good, listeners: external({ cipherSuites: ["ECDHE-RSA-AES128-GCM-SHA256"] }) },
        says: ["listeners[0].tls.cipherSuites: ", "has no cipher suite for an ECDSA key (certificates.keyAlgorithm)"],
    },
    {
        title: "cipher suites of TLS 1.2 with a newer minimum version",
        args: {
            ...good,
            listeners: external({ minProtocolVersion: "TLSV1_3", cipherSuites: ["ECDHE-ECDSA-AES128-GCM-SHA256"] }),
        },
        says: ['listeners[0].tls.cipherSuites: cannot be combined with listeners[0].tls.minProtocolVersion "TLSV1_3"'],
    },
    {
        title: "a DNS name that is an IP address",
        args: { ...good, externalHostNames: ["192.0.2.1"] },
        says: ['externalHostNames[0]: "192.0.2.1" must be a DNS name'],
    },
    {
        title: "an IP address with a zone, which certificates cannot contain",
        args: { ...good, certificates: { serverIpAddresses: ["fe80::1%eth0"] } },
        says: ['certificates.serverIpAddresses[0]: "fe80::1%eth0" must be an IP address'],
    },
    {
        title: "a revocation list without a signature",
        args: { ...good, certificateRevocationListPem: "-----BEGIN CERTIFICATE-----" },
        says: ["certificateRevocationListPem: must be certificate revocation lists in PEM form"],
    },
    {
        title: "a namespace both created and labeled",
        args: { ...good, createNamespace: true, labelNamespace: true },
        says: ["labelNamespace: cannot be combined with createNamespace"],
    },
    {
        title: "an Output that would decide which resources exist",
        args: { ...good, createNamespace: pulumi.output(true) },
        says: ["createNamespace: decides which resources exist, so it cannot be an Output"],
    },
    {
        title: "an istiod revision twice",
        args: { ...good, istiod: { revisions: ["a", "a"] } },
        says: ['istiod.revisions: "a" is listed twice; remove one of them'],
    },
    {
        title: "no istiod revision",
        args: { ...good, istiod: { revisions: [] } },
        says: ["istiod.revisions: [] must have at least one item; omit it for the default"],
    },
    {
        title: "an invalid Service name",
        args: { ...good, objectNames: { service: "1st" } },
        says: ['objectNames.service: "1st" must be the name of a Service'],
    },
    {
        title: "a CA that is not PEM",
        args: { ...good, certificateAuthority: { certificatePem: "x", privateKeyPem: "hidden" } },
        says: ["certificateAuthority.certificatePem: must contain only certificates in PEM form"],
    },
    ...["PASSTHROUGH", "ISTIO_MUTUAL", "mutual", ""].map((mode) => ({
        title: `the TLS mode ${JSON.stringify(mode)}`,
        args: { ...good, listeners: external({ mode }) },
        says: [`listeners[0].tls.mode: ${JSON.stringify(mode)} must be one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE"`],
    })),
    {
        title: "a protocol that Istio knows and the component does not offer",
        args: { ...good, listeners: external({ protocol: "HTTP2" }) },
        says: ['listeners[0].protocol: "HTTP2" must be one of "HTTPS", "TLS", "HTTP", "TCP"'],
    },
    ...["SIMPLE", "OPTIONAL_MUTUAL"].map((mode) => ({
        title: `an allow list with the TLS mode ${mode}`,
        args: { ...good, listeners: external({ mode }), clients: [{ name: "alice" }] },
        says: [
            'clients: requires the TLS mode "MUTUAL" in all listeners, since the guard cannot identify a client without a certificate',
            `Set the mode "MUTUAL" instead of "${mode}", or omit clients`,
        ],
    })),
    {
        title: "an allow list without the guard",
        args: { ...good, unsafeDisableGuard: true, clients: [{ name: "alice" }] },
        says: ["unsafeDisableGuard: cannot be combined with clients"],
    },
    {
        title: "an empty allow list",
        args: { ...good, clients: [] },
        says: ["clients: [] must have at least one item; omit it for the default"],
    },
    {
        title: "a client without a name",
        args: { ...good, clients: [{ uri: "spiffe://example.com/a" }] },
        says: ["clients[0].name: is required"],
    },
    {
        title: "a client listed twice",
        args: { ...good, clients: [{ name: "alice" }, { name: "alice" }] },
        says: ['clients[1].name: "alice" is the name of another client. Use a unique name'],
    },
    {
        title: "two clients with one URI",
        args: {
            ...good,
            clients: [
                { name: "alice", uri: "spiffe://example.com/a" },
                { name: "bob", uri: "spiffe://example.com/a" },
            ],
        },
        says: ['clients[1].uri: "spiffe://example.com/a" duplicates another client\'s URI. Set a unique uri'],
    },
    {
        title: "a client with the URI that another has by default",
        args: { ...good, clients: [{ name: "alice" }, { name: "bob", uri: `${defaultUris}/alice` }] },
        says: [`clients[1].uri: "${defaultUris}/alice" duplicates another client's URI. Set a unique uri`],
    },
    {
        title: "a client whose default URI is in the mesh's trust domain",
        args: { ...good, clients: [{ name: "alice" }], istiod: { trustDomain: "shop.test.svc.cluster.local" } },
        says: [`clients[0].uri: "${defaultUris}/alice" must not be in the mesh trust domain`],
    },
    ...["example.com/alice", "spiffe://example.com", "spiffe://example.com/*", "spiffe://Example.com/a"].map((uri) => ({
        title: `the client URI ${uri}`,
        args: { ...good, clients: [{ name: "alice", uri }] },
        says: [`clients[0].uri: "${uri}" must be a SPIFFE ID`],
    })),
    {
        title: "a client that Istio would authenticate as a workload",
        args: { ...good, clients: [{ name: "alice", uri: "spiffe://example.com/ns/admin/sa/root" }] },
        says: ['clients[0].uri: "spiffe://example.com/ns/admin/sa/root" must not contain "/ns/" or "/sa/"'],
    },
    {
        title: "a trust domain that is an identity",
        args: { ...good, istiod: { trustDomain: "spiffe://mesh.example" } },
        says: ['istiod.trustDomain: "spiffe://mesh.example" must be a trust domain'],
    },
    {
        title: "a client in the mesh's trust domain",
        args: {
            ...good,
            istiod: { trustDomain: "mesh.example" },
            clients: [{ name: "alice", uri: "spiffe://mesh.example/clients/alice" }],
        },
        says: ['clients[0].uri: "spiffe://mesh.example/clients/alice" must not be in the mesh trust domain'],
    },
    {
        title: "a client in the trust domain that Istio treats as the mesh's",
        args: {
            ...good,
            istiod: { trustDomain: "mesh.example" },
            clients: [{ name: "alice", uri: "spiffe://cluster.local/clients/alice" }],
        },
        says: ["must not be in the mesh trust domain"],
    },
    ...[" ", "nginx\n", "\u00a0nginx", "ngi nx"].map((image) => ({
        title: `the image ${JSON.stringify(image)}`,
        args: { ...good, workload: { image, port: 80 } },
        says: [`workload.image: ${JSON.stringify(image)} must be the name of a container image, without whitespace`],
    })),
    {
        title: "a port that is a bigint",
        args: { ...good, workload: { image: "i", port: 80n } },
        says: ['workload.port: "80n" must be a whole number from 1 to 65535'],
    },
    {
        title: "more labels than a Sidecar can select by",
        args: { ...good, workload: { ...good.workload, labels: numberedLabels(256) } },
        says: ["workload.labels: must have at most 255 labels, not 256"],
    },
    {
        title: "a label key with too long a prefix",
        args: { ...good, workload: { ...good.workload, labels: { [`${"p".repeat(254)}/app`]: "a" } } },
        says: ["must be a label key"],
    },
    {
        title: "a client URI that resolves to a number",
        args: { ...good, clients: [{ name: "alice", uri: pulumi.output(5) }] },
        says: ["clients[0].uri: 5 must be a SPIFFE ID"],
    },
    {
        title: "a CA that resolves to a number",
        args: { ...good, certificateAuthority: { certificatePem: pulumi.output(5), privateKeyPem: "-----BEGIN " } },
        says: ["certificateAuthority.certificatePem: must contain only certificates in PEM form"],
    },
    ...Object.entries({
        "listeners[0].tls.mode": { listeners: external({ mode: pulumi.output(undefined) }) },
        "workload.labels": { workload: { ...good.workload, labels: pulumi.output(null) } },
        "clients[0].uri": { clients: [{ name: "alice", uri: pulumi.output(undefined) }] },
    }).map(([path, args]) => ({
        title: `an Output that resolves to undefined or null at ${path}`,
        args: { ...good, ...args },
        says: [`${path}: resolved to undefined; set a value or omit it`],
    })),
    {
        title: "a key algorithm that is known before another value, by its own path",
        args: {
            ...good,
            namespace: new Promise((resolve) => setTimeout(resolve, 20, "test")),
            certificates: { keyAlgorithm: pulumi.output("RSA-1024"), validityPeriodHours: pulumi.output(0) },
        },
        says: ["certificates.keyAlgorithm: ", "certificates.validityPeriodHours: "],
    },
    ...["sidecar.istio.io/inject", "istio.io/rev"].map((label) => ({
        title: `the label ${label}`,
        args: { ...good, workload: { ...good.workload, labels: { app: "a", [label]: "false" } } },
        says: [
            `workload.labels["${label}"]: "${label}" is reserved: it controls sidecar injection or the guard's selector`,
        ],
    })),
    {
        title: "an invalid label key",
        args: { ...good, workload: { ...good.workload, labels: { "my app": "a" } } },
        says: ['workload.labels["my app"]: "my app" must be a label key'],
    },
    {
        title: "a common name that is too long for a certificate",
        args: { ...good, certificates: { serverSubject: { commonName: "a".repeat(65) } } },
        says: ["certificates.serverSubject.commonName:", "must be a string of 1 to 64 characters"],
    },
    {
        title: "an Output that resolves to an invalid value",
        args: { ...good, namespace: pulumi.output("Test") },
        says: ['namespace: "Test" must be a DNS label'],
    },
    {
        title: "an Output that resolves to a conflicting value",
        args: { ...good, workload: { image: "i", port: pulumi.output(9080) } },
        says: ["workload.port: 9080 conflicts with the sidecar's default listener port"],
    },
];

function numberedLabels(count: number): object {
    return Object.fromEntries(Array.from({ length: count }, (_, key) => [`label-${key}`, "value"]));
}
