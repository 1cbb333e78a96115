/** Typical changes of a component, and exactly what the preview of each shows. */
import type { SidecarTlsTerminationArgs } from "../../..";
import * as messages from "../../../components/previews/messages";

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

const podsReplaced = `httpbin-deployment: ${messages.pods.replaced(10)}`;
const listenersChanged = `httpbin-sidecar: ${messages.listeners.changed}`;
const guardChanged = `httpbin-guard: ${messages.guard.changed}`;
const deploymentReplaced = messages.deployment.replaced;
const serviceReplaced = messages.service.replaced;
const serverRenewed = messages.certificates.server;
const clientRenewed = messages.certificates.client;

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
            says: [`httpbin-deployment: ${messages.pods.fewer(10)}`],
        },
        {
            title: "a new image",
            to: { workload: { ...workload, image: "docker.io/kennethreitz/httpbin:next" } },
            changes: ["update deployment"],
            says: [podsReplaced],
        },
        {
            title: "a new environment variable",
            to: { workload: { ...workload, environment: { MODE: "fast" } } },
            changes: ["update deployment"],
            says: [podsReplaced],
        },
        {
            title: "resource requests",
            to: { workload: { ...workload, resources: { requests: { cpu: "10m" } } } },
            changes: ["update deployment"],
            says: [podsReplaced],
        },
        {
            title: "a new label in the pod selector",
            to: { workload: { ...workload, labels: { app: "previews" } } },
            changes: [
                "replace deployment",
                "update disruption-budget",
                "update port-peer-authentication",
                "update second-guard",
                "update service",
                "update sidecar",
            ],
            says: [deploymentReplaced],
        },
        {
            title: "a new application port",
            to: { workload: { ...workload, port: 8000 } },
            changes: ["update deployment", "update sidecar"],
            says: [podsReplaced, listenersChanged],
        },
        {
            title: "a new Service port",
            to: { listeners: [{ ...external, servicePort: 443 }, internal] },
            changes: ["update service"],
            says: [`httpbin-service: ${messages.service.portsRemoved([8443])}`],
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
            says: [guardChanged, listenersChanged],
        },
        {
            title: "a TLS mode that admits more clients",
            to: { listeners: [{ ...external, tls: { mode: "OPTIONAL_MUTUAL" } }, internal] },
            changes: ["update guard", "update second-guard", "update sidecar"],
            says: [guardChanged, listenersChanged],
        },
        {
            title: "a higher minimum TLS version",
            to: { listeners: [{ ...external, tls: { minProtocolVersion: "TLSV1_3" } }, internal] },
            changes: ["update sidecar"],
            says: [listenersChanged],
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
            says: [guardChanged],
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
            says: [podsReplaced],
        },
        {
            title: "another istiod revision, through the namespace's label",
            to: { istiod: { injectionRevision: "canary" } },
            changes: ["update deployment", "update namespace"],
            says: [podsReplaced],
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
                "update second-guard",
                "update server-secret-content",
                "update sidecar",
            ],
            says: [clientRenewed, deploymentReplaced, serverRenewed, serviceReplaced],
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
            says: [guardChanged],
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
            says: [guardChanged],
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
