/** Arguments about the workload, its listeners and its surroundings that are refused, and what the refusal says. */
import * as pulumi from "@pulumi/pulumi";
import { external } from "../../listeners";
import { good } from "./invalidArguments";

const { workload, ...withoutWorkload } = good;
const existing = { ...withoutWorkload, existingWorkload: { selector: { app: "orders" }, port: 8080 } };

export const workloadCases: { title: string; args: object; says: string[] }[] = [
    {
        title: "two workloads",
        args: { ...good, existingWorkload: existing.existingWorkload },
        says: ["existingWorkload: cannot be combined with workload"],
    },
    {
        title: "pods of somebody else's without a selector",
        args: { ...existing, existingWorkload: { port: 80 } },
        says: ["existingWorkload.selector: is required"],
    },
    {
        title: "a selector that selects all pods",
        args: { ...existing, existingWorkload: { selector: {}, port: 80 } },
        says: ["existingWorkload.selector: {} must have at least one label"],
    },
    {
        title: "a Service that exists in front of a workload that does not",
        args: { ...good, existingService: "shop" },
        says: ["existingService: cannot be combined with workload"],
    },
    {
        title: "a Service that is made and exists",
        args: { ...existing, existingService: "shop", service: { type: "LoadBalancer" } },
        says: ["service: cannot be combined with existingService"],
    },
    ...(["deployment", "serviceAccount", "podDisruptionBudget"] as const).map((role) => ({
        title: `a name for the ${role} of a workload that exists`,
        args: { ...existing, objectNames: { [role]: "orders" } },
        says: [`objectNames.${role}: cannot be combined with existingWorkload`],
    })),
    {
        title: "a ServiceAccount that exists under another name",
        args: {
            ...good,
            workload: { ...workload, existingServiceAccount: "robot" },
            objectNames: { serviceAccount: "shop" },
        },
        says: ["objectNames.serviceAccount: cannot be combined with workload.existingServiceAccount"],
    },
    {
        title: "a number of pods that is known only later",
        args: { ...good, workload: { ...workload, replicas: pulumi.output(2) } },
        says: ["workload.replicas: decides which resources exist"],
    },
    {
        title: "a probe on the sidecar's port",
        args: { ...good, workload: { ...workload, readinessProbe: { path: "/", port: 9080 } } },
        says: ["workload.readinessProbe.port: 9080 is a port of the sidecar"],
    },
    {
        title: "a probe of two kinds",
        args: { ...good, workload: { ...workload, livenessProbe: { path: "/", command: ["true"] } } },
        says: ["workload.livenessProbe.path: cannot be combined with workload.livenessProbe.command"],
    },
    {
        title: "a probe that cannot reach the application",
        args: { ...good, workload: { ...workload, address: "127.0.0.1", readinessProbe: { path: "/" } } },
        says: ["workload.readinessProbe: connects to the address of the pod", "set a command"],
    },
    {
        title: "an address of the application's that Istio does not know",
        args: { ...good, workload: { ...workload, address: "10.0.0.1" } },
        says: ['workload.address: "10.0.0.1" must be one of "0.0.0.0", "127.0.0.1"'],
    },
    {
        title: "an amount that is none",
        args: { ...good, workload: { ...workload, resources: { requests: { memory: "1 GB" } } } },
        says: ['workload.resources.requests["memory"]: "1 GB" must be a Kubernetes quantity'],
    },
    {
        title: "an environment variable that is no text",
        args: { ...good, workload: { ...workload, environment: { MODE: 1 } } },
        says: ['workload.environment["MODE"]: must be a string'],
    },
    {
        title: "a capability with its prefix",
        args: { ...good, workload: { ...workload, securityContext: { capabilities: ["CAP_CHOWN"] } } },
        says: ['workload.securityContext.capabilities[0]: "CAP_CHOWN" must be a Linux capability without "CAP_"'],
    },
    {
        title: "no listener",
        args: { ...good, listeners: [] },
        says: ["listeners: [] must have at least one item; omit it for the default"],
    },
    {
        title: "no listener with TLS",
        args: { ...good, listeners: [{ name: "mesh", protocol: "HTTP" }] },
        says: ["listeners: is required: at least one listener must have the protocol"],
    },
    {
        title: "listeners that are known only later",
        args: { ...good, listeners: pulumi.output([]) },
        says: ["listeners: decides which resources exist"],
    },
    {
        title: "TLS settings where there is no TLS",
        args: { ...good, listeners: external({}, { tls: { mode: "SIMPLE" } }) },
        says: ['listeners[1].tls: cannot be combined with protocol "HTTP"'],
    },
    {
        title: "two listeners of one name",
        args: { ...good, listeners: external({}, { name: "external" }) },
        says: ['listeners[1].name: "external" is also the name of listeners[0]'],
    },
    {
        title: "two TLS listeners on the default port",
        args: {
            ...good,
            listeners: [
                { name: "one", protocol: "HTTPS" },
                { name: "other", protocol: "TLS", servicePort: 8444 },
            ],
        },
        says: ["listeners[1].listenerPort: 9080 is also the listenerPort of listeners[0]"],
    },
    {
        title: "a listener on the port of another one's application",
        args: { ...good, listeners: external({ applicationPort: 9081 }) },
        says: ["listeners[1].listenerPort: 9081 is a port of the application"],
    },
    {
        title: "a client under the name of the connectivity check's",
        args: { ...good, clients: [{ name: "connectivity-check" }] },
        says: ['clients[0].name: "connectivity-check" is that of the connectivity check'],
    },
    {
        title: "a certificate for the connectivity check where none are made",
        args: { ...good, connectivityCheckClient: true, existingSecrets: { server: "tls" } },
        says: ["connectivityCheckClient: cannot be combined with existingSecrets"],
    },
    {
        title: "a source that says nothing",
        args: { ...good, allowedSources: [{}] },
        says: ["allowedSources[0]: needs cidr, namespaceLabels or podLabels"],
    },
    {
        title: "a source of two kinds",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.0/8", podLabels: { app: "a" } }] },
        says: ["allowedSources[0]: has cidr and labels of pods"],
    },
    {
        title: "a block of addresses without its length",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.1" }] },
        says: ['allowedSources[0].cidr: "10.0.0.1" must be a CIDR block'],
    },
    {
        title: "a block that does not begin with its first address",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.1/8" }, { cidr: "2001:db8::1/32" }] },
        says: [
            'allowedSources[0].cidr: "10.0.0.1/8" must begin with the first address of its block; set "10.0.0.0/8"',
            'allowedSources[1].cidr: "2001:db8::1/32" must begin with the first address of its block; set "2001:db8::/32"',
        ],
    },
    {
        title: "a block of IPv4 within IPv6",
        args: { ...good, allowedSources: [{ cidr: "::ffff:10.0.0.0/104" }] },
        says: ['allowedSources[0].cidr: "::ffff:10.0.0.0/104" must be a CIDR block'],
    },
    {
        title: "a block of addresses of no family",
        args: { ...good, allowedSources: [{ cidr: ":/1" }] },
        says: ['allowedSources[0].cidr: ":/1" must be a CIDR block'],
    },
    {
        title: "an exception that is no part of its block",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] }] },
        says: ['allowedSources[0].except[0]: "10.0.0.0/8" is no part of cidr, "10.0.0.0/8"'],
    },
    {
        title: "a resource that no node has",
        args: { ...good, workload: { ...workload, resources: { requests: { "a b": "1" } } } },
        says: ['workload.resources.requests["a b"]: "a b" must be "cpu", "memory", "ephemeral-storage"'],
    },
    {
        title: "a call to a host that is no DNS name",
        args: { ...good, egress: [{ hosts: ["./a_b.example.com"] }] },
        says: ['egress[0].hosts[0]: "./a_b.example.com" must be "namespace/host"'],
    },
    {
        title: "a call that names no namespace",
        args: { ...good, egress: [{ hosts: ["shop.example.com"] }] },
        says: ['egress[0].hosts[0]: "shop.example.com" must be "namespace/host"'],
    },
    {
        title: "a way out for all ports before another one",
        args: { ...good, egress: [{ hosts: ["./*"] }, { hosts: ["*/*"] }] },
        says: ["egress[0].port: is required: only the last entry may omit it"],
    },
    {
        title: "a common label that takes the sidecar away",
        args: { ...good, commonLabels: { "sidecar.istio.io/inject": "false" } },
        says: ["commonLabels", "is reserved: it controls sidecar injection or the guard's selector. Remove it"],
    },
    {
        title: "a common label that takes the namespace's sidecars away",
        args: { ...good, commonLabels: { "istio-injection": "disabled" } },
        says: ["commonLabels", "is reserved: it controls sidecar injection or the guard's selector. Remove it"],
    },
    {
        title: "a common annotation that changes the sidecar",
        args: { ...good, commonAnnotations: { "traffic.sidecar.istio.io/excludeInboundPorts": "9080" } },
        says: ["commonAnnotations", "is reserved: it configures the sidecar"],
    },
    {
        title: "an external host name that is an address",
        args: { ...good, externalHostNames: ["192.0.2.1"] },
        says: ['externalHostNames[0]: "192.0.2.1" must be a DNS name'],
    },
    {
        title: "a revision that is none",
        args: { ...good, istiod: { injectionRevision: "1.31" } },
        says: ['istiod.injectionRevision: "1.31" must be the name of an Istio revision'],
    },
];
