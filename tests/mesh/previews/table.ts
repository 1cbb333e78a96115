/** Typical changes of a component, and exactly what the preview of each shows. */
import type { SidecarTlsTerminationArgs } from "../../..";

type Args = SidecarTlsTerminationArgs;

const [external, internal] = [
    { name: "external", protocol: "HTTPS" },
    { name: "internal", protocol: "HTTP" },
] as const;
const workload = { image: "docker.io/kennethreitz/httpbin", port: 80, replicas: 2 };

/** The arguments before the changes. */
export const starts = {
    "a component without an allow list": {
        namespace: "previews",
        createNamespace: true,
        listeners: [external, internal],
        workload,
    },
    "a component with an allow list": {
        namespace: "previews",
        createNamespace: true,
        clients: [{ name: "alice" }, { name: "bob" }],
        workload,
    },
} satisfies Record<string, Args>;

export interface Change {
    readonly title: string;
    /** The arguments that change. */
    readonly to: Partial<Args>;
    /** Operations on resources, without the component's name, in alphabetical order. */
    readonly changes: readonly string[];
    /** The beginnings of the messages that the preview prints in addition, and no others. */
    readonly says: readonly string[];
}

const podsAnew = "httpbin-deployment: The pods are made anew, one after the other";
const otherListeners = "httpbin-sidecar: Other listeners: open connections end";
const otherRules = "httpbin-guard: Other rules of the guard: open connections end";
const deploymentAnew = "The Deployment is made, or made anew for another selector or name";
const serviceAnew = "The Service is made, or made anew: clients of a former name or address cannot connect";
const serverRenewed = "The server's certificate is made anew for the same key";
const clientRenewed = "The client's certificate is made anew for the same key";

export const table: Readonly<Record<keyof typeof starts, readonly Change[]>> = {
    "a component without an allow list": [
        { title: "no change", to: {}, changes: [], says: [] },
        {
            title: "more pods",
            to: { workload: { ...workload, replicas: 3 } },
            changes: ["update deployment"],
            says: [],
        },
        {
            title: "fewer pods",
            to: { workload: { ...workload, replicas: 1 } },
            changes: ["delete disruption-budget", "update deployment"],
            says: ["httpbin-deployment: Fewer pods: open connections end"],
        },
        {
            title: "a new image",
            to: { workload: { ...workload, image: "docker.io/kennethreitz/httpbin:next" } },
            changes: ["update deployment"],
            says: [podsAnew],
        },
        {
            title: "a new environment variable",
            to: { workload: { ...workload, environment: { MODE: "fast" } } },
            changes: ["update deployment"],
            says: [podsAnew],
        },
        {
            title: "resource requests",
            to: { workload: { ...workload, resources: { requests: { cpu: "10m" } } } },
            changes: ["update deployment"],
            says: [podsAnew],
        },
        {
            title: "a new label in the pod selector",
            to: { workload: { ...workload, labels: { app: "previews" } } },
            changes: [
                "replace deployment",
                "update disruption-budget",
                "update port-peer-authentication",
                "update service",
                "update sidecar",
            ],
            says: [deploymentAnew],
        },
        {
            title: "a new application port",
            to: { workload: { ...workload, port: 8000 } },
            changes: ["update deployment", "update sidecar"],
            says: [podsAnew, otherListeners],
        },
        {
            title: "a new Service port",
            to: { listeners: [{ ...external, servicePort: 443 }, internal] },
            changes: ["update service"],
            says: ["httpbin-service: Port 8443 of the Service is no more"],
        },
        {
            title: "a new sidecar port",
            to: { listeners: [{ ...external, listenerPort: 9443 }, internal] },
            changes: [
                "update guard",
                "update port-peer-authentication",
                "update second-guard",
                "update service",
                "update sidecar",
            ],
            says: [otherRules, otherListeners],
        },
        {
            title: "a TLS mode that admits more clients",
            to: { listeners: [{ ...external, tls: { mode: "OPTIONAL_MUTUAL" } }, internal] },
            changes: ["update guard", "update second-guard", "update sidecar"],
            says: [otherRules, otherListeners],
        },
        {
            title: "a higher minimum TLS version",
            to: { listeners: [{ ...external, tls: { minProtocolVersion: "TLSV1_3" } }, internal] },
            changes: ["update sidecar"],
            says: [otherListeners],
        },
        {
            title: "an additional listener",
            to: {
                listeners: [
                    external,
                    internal,
                    { name: "metrics", protocol: "HTTP", servicePort: 9090, listenerPort: 9090 },
                ],
            },
            changes: ["update service", "update sidecar"],
            says: [],
        },
        {
            title: "an allow list",
            to: { clients: [{ name: "alice" }] },
            changes: [
                "create client-alice-certificate",
                "create client-alice-key",
                "create client-alice-request",
                "delete client-client-certificate",
                "delete client-client-key",
                "delete client-client-request",
                "update guard",
                "update second-guard",
            ],
            says: [otherRules],
        },
        {
            title: "a client for a ConnectivityCheck",
            to: { connectivityCheckClient: true },
            changes: [
                "create client-connectivity-check-certificate",
                "create client-connectivity-check-key",
                "create client-connectivity-check-request",
            ],
            says: [],
        },
        {
            title: "an external host name",
            to: { externalHostNames: ["shop.example.com"] },
            changes: ["replace server-certificate", "replace server-request", "update server-secret-content"],
            says: [serverRenewed],
        },
        {
            title: "a load balancer",
            to: { service: { type: "LoadBalancer" } },
            changes: ["update service"],
            says: [],
        },
        {
            title: "allowed sources",
            to: { allowedSources: [{ cidr: "10.0.0.0/8" }] },
            changes: ["create network-policy"],
            says: [],
        },
        {
            title: "egress hosts",
            to: { egress: [{ hosts: ["./*"] }] },
            changes: ["update sidecar"],
            says: [],
        },
        {
            title: "a common label",
            to: { commonLabels: { team: "shop" } },
            changes: [
                "update ca-secret",
                "update deployment",
                "update disruption-budget",
                "update guard",
                "update namespace",
                "update namespace-peer-authentication",
                "update port-peer-authentication",
                "update second-guard",
                "update server-secret",
                "update service",
                "update service-account",
                "update sidecar",
            ],
            says: [podsAnew],
        },
        {
            title: "another istiod revision, through the namespace's label",
            to: { istiod: { injectionRevision: "canary" } },
            changes: ["update deployment", "update namespace"],
            says: [podsAnew],
        },
        {
            title: "a feature flag that is managed elsewhere",
            to: { istiod: { manageFeatureFlag: false } },
            changes: ["delete feature-flag-configmap", "delete feature-flag-default"],
            says: [],
        },
        {
            title: "no guard",
            to: { unsafeDisableGuard: true },
            changes: ["delete guard", "delete second-guard"],
            says: [],
        },
        {
            title: "a longer certificate duration",
            to: { certificates: { validityPeriodHours: 10_000 } },
            changes: [
                "replace client-client-certificate",
                "replace server-certificate",
                "update ca-certificate",
                "update server-secret-content",
            ],
            says: [clientRenewed, serverRenewed],
        },
        {
            title: "another key algorithm",
            to: { certificates: { keyAlgorithm: "ECDSA-P384" } },
            changes: [
                "replace client-client-certificate",
                "replace client-client-key",
                "replace client-client-request",
                "replace server-certificate",
                "replace server-key",
                "replace server-request",
                "update server-secret-content",
            ],
            says: [],
        },
        {
            title: "a new name of the Service",
            to: { objectNames: { service: "shop" } },
            changes: [
                "replace client-client-certificate",
                "replace client-client-request",
                "replace deployment",
                "replace server-certificate",
                "replace server-request",
                "replace service",
                "update disruption-budget",
                "update port-peer-authentication",
                "update server-secret-content",
                "update sidecar",
            ],
            says: [clientRenewed, deploymentAnew, serverRenewed, serviceAnew],
        },
    ],
    "a component with an allow list": [
        { title: "no change", to: {}, changes: [], says: [] },
        {
            title: "a new client",
            to: { clients: [{ name: "alice" }, { name: "bob" }, { name: "carol" }] },
            changes: [
                "create client-carol-certificate",
                "create client-carol-key",
                "create client-carol-request",
                "update guard",
                "update second-guard",
            ],
            says: [otherRules],
        },
        {
            title: "a removed client",
            to: { clients: [{ name: "alice" }] },
            changes: [
                "delete client-bob-certificate",
                "delete client-bob-key",
                "delete client-bob-request",
                "update guard",
                "update second-guard",
            ],
            says: [otherRules],
        },
    ],
};

/** The preview when these certificates are in their renewal window. */
export const renewal: Omit<Change, "to"> & { readonly due: readonly string[] } = {
    title: "server and client certificates in their renewal window",
    due: ["server-certificate", "client-alice-certificate"],
    changes: ["replace client-alice-certificate", "replace server-certificate", "update server-secret-content"],
    says: [clientRenewed, serverRenewed],
};
