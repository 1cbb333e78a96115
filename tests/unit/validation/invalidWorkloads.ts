/** Invalid arguments about the workload, the listeners and what is around them, and parts of the error for each. */
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
        title: "existing pods without a selector",
        args: { ...existing, existingWorkload: { port: 80 } },
        says: ["existingWorkload.selector: is required"],
    },
    {
        title: "a selector that selects all pods",
        args: { ...existing, existingWorkload: { selector: {}, port: 80 } },
        says: ["existingWorkload.selector: {} must have at least one label"],
    },
    {
        title: "an existing Service in front of a workload that the component creates",
        args: { ...good, existingService: "shop" },
        says: ["existingService: cannot be combined with workload"],
    },
    {
        title: "settings of an existing Service",
        args: { ...existing, existingService: "shop", service: { type: "LoadBalancer" } },
        says: ["service: cannot be combined with existingService"],
    },
    ...(["deployment", "serviceAccount", "podDisruptionBudget"] as const).map((role) => ({
        title: `a name for the ${role} of an existing workload`,
        args: { ...existing, objectNames: { [role]: "orders" } },
        says: [`objectNames.${role}: cannot be combined with existingWorkload`],
    })),
    {
        title: "a name for an existing ServiceAccount",
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
        title: "an application address that Istio does not support",
        args: { ...good, workload: { ...workload, address: "10.0.0.1" } },
        says: ['workload.address: "10.0.0.1" must be one of "0.0.0.0", "127.0.0.1"'],
    },
    {
        title: "an invalid quantity",
        args: { ...good, workload: { ...workload, resources: { requests: { memory: "1 GB" } } } },
        says: ['workload.resources.requests["memory"]: "1 GB" must be a Kubernetes quantity'],
    },
    {
        title: "an environment variable that is not a string",
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
        title: "TLS settings of a listener without TLS",
        args: { ...good, listeners: external({}, { tls: { mode: "SIMPLE" } }) },
        says: ['listeners[1].tls: cannot be combined with protocol "HTTP"'],
    },
    {
        title: "two listeners with one name",
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
        title: "a listener on the application port of another one",
        args: { ...good, listeners: external({ applicationPort: 9081 }) },
        says: ["listeners[1].listenerPort: 9081 is a port of the application"],
    },
    {
        title: "a client with the reserved name of the connectivity check",
        args: { ...good, clients: [{ name: "connectivity-check" }] },
        says: ['clients[0].name: "connectivity-check" is reserved for the connectivity check. Use another name'],
    },
    {
        title: "a certificate for the connectivity check with existing Secrets",
        args: { ...good, connectivityCheckClient: true, existingSecrets: { server: "tls" } },
        says: ["connectivityCheckClient: cannot be combined with existingSecrets"],
    },
    {
        title: "an empty source",
        args: { ...good, allowedSources: [{}] },
        says: ["allowedSources[0]: must set cidr, namespaceLabels or podLabels"],
    },
    {
        title: "a source of two kinds",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.0/8", podLabels: { app: "a" } }] },
        says: ["allowedSources[0]: cannot combine cidr with namespaceLabels or podLabels. Split it into two sources"],
    },
    {
        title: "an exception without a block",
        args: { ...good, allowedSources: [{ podLabels: { app: "a" }, except: ["10.0.0.0/9"] }] },
        says: ["allowedSources[0].except: requires cidr. Set cidr, or remove except"],
    },
    {
        title: "a CIDR block without a prefix length",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.1" }] },
        says: ['allowedSources[0].cidr: "10.0.0.1" must be a CIDR block'],
    },
    {
        title: "a CIDR block that does not begin with its first address",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.1/8" }, { cidr: "2001:db8::1/32" }] },
        says: [
            'allowedSources[0].cidr: "10.0.0.1/8" must begin with the first address of its block; set "10.0.0.0/8"',
            'allowedSources[1].cidr: "2001:db8::1/32" must begin with the first address of its block; set "2001:db8::/32"',
        ],
    },
    {
        title: "an IPv4-mapped IPv6 block",
        args: { ...good, allowedSources: [{ cidr: "::ffff:10.0.0.0/104" }] },
        says: ['allowedSources[0].cidr: "::ffff:10.0.0.0/104" must be a CIDR block'],
    },
    {
        title: "a CIDR block without an address",
        args: { ...good, allowedSources: [{ cidr: ":/1" }] },
        says: ['allowedSources[0].cidr: ":/1" must be a CIDR block'],
    },
    {
        title: "an exception outside its CIDR block",
        args: { ...good, allowedSources: [{ cidr: "10.0.0.0/8", except: ["10.0.0.0/8"] }] },
        says: ['allowedSources[0].except[0]: "10.0.0.0/8" must be a part of cidr, "10.0.0.0/8", and not all of it'],
    },
    {
        title: "an unknown container resource",
        args: { ...good, workload: { ...workload, resources: { requests: { "a b": "1" } } } },
        says: ['workload.resources.requests["a b"]: "a b" must be "cpu", "memory", "ephemeral-storage"'],
    },
    {
        title: "an egress host that is not a DNS name",
        args: { ...good, egress: [{ hosts: ["./a_b.example.com"] }] },
        says: ['egress[0].hosts[0]: "./a_b.example.com" must be "namespace/host"'],
    },
    {
        title: "an egress host without a namespace",
        args: { ...good, egress: [{ hosts: ["shop.example.com"] }] },
        says: ['egress[0].hosts[0]: "shop.example.com" must be "namespace/host"'],
    },
    {
        title: "an egress listener without a port before another one",
        args: { ...good, egress: [{ hosts: ["./*"] }, { hosts: ["*/*"] }] },
        says: ["egress[0].port: is required: only the last entry may omit it"],
    },
    {
        title: "a common label that disables injection",
        args: { ...good, commonLabels: { "sidecar.istio.io/inject": "false" } },
        says: ["commonLabels", "is reserved: it controls sidecar injection or the guard's selector. Remove it"],
    },
    {
        title: "a common label that disables injection in the namespace",
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
        title: "an invalid revision",
        args: { ...good, istiod: { injectionRevision: "1.31" } },
        says: ['istiod.injectionRevision: "1.31" must be the name of an Istio revision'],
    },
];
