/** Arguments as users write them: every argument, with many values that are consistent with each other. */
import * as fc from "fast-check";
import type { Pair } from "../../unit/certificates";

/** A DNS label: lowercase letters and digits, with hyphens inside. */
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,12}[a-z0-9])?$/);

/** Names from one character up to nearly the maximum length in Kubernetes. */
const objectName = fc.oneof(
    label,
    fc.constantFrom("a", "1", "a.b", "shop.example.com", "n".repeat(63), "n".repeat(240)),
);

const labelValue = fc.oneof(label, fc.constantFrom("A", "v1.2_3-x", "1", "x".repeat(63)));

const labelKey = fc.oneof(
    label,
    fc.constantFrom(
        "app.kubernetes.io/name",
        "example.com/App_1",
        "App",
        "1",
        "k".repeat(63),
        `${"p".repeat(63)}.example/k`,
    ),
);

const podPort = fc.oneof(
    fc.integer({ min: 1, max: 14999 }),
    fc.integer({ min: 15091, max: 65535 }),
    fc.constantFrom(1, 80, 443, 14999, 15091, 65535),
);

const image = fc.constantFrom(
    "nginx",
    "docker.io/library/nginx:1.29",
    "registry.example.com:5000/team/shop@sha256:" + "0".repeat(64),
    "auto",
);

const subject = fc.record(
    {
        commonName: fc.oneof(
            label,
            fc.string({ minLength: 1, maxLength: 64, unit: "grapheme-composite" }).filter((text) => text.length <= 64),
        ),
        organization: fc.constantFrom("Example", "Müller & Söhne, 会社", "o".repeat(64)),
    },
    { requiredKeys: [] },
);

const clients = fc.uniqueArray(
    fc.record(
        {
            name: fc.oneof(label, fc.constantFrom("Alice", "a_b.c", "1", "c".repeat(63))),
            uri: label.map((path) => `spiffe://example.com/clients/${path}`),
            subject,
        },
        { requiredKeys: ["name"] },
    ),
    {
        minLength: 1,
        maxLength: 3,
        comparator: (one, other) => one.name === other.name || (one.uri !== undefined && one.uri === other.uri),
    },
);

const certificates = fc.record(
    {
        keyAlgorithm: fc.constantFrom("ECDSA-P256", "RSA-2048"),
        validityPeriodHours: fc.integer({ min: 2000, max: 876000 }),
        earlyRenewalHours: fc.integer({ min: 0, max: 1999 }),
        serverSubject: subject,
    },
    { requiredKeys: [] },
);

const istiod = fc.record(
    {
        manageFeatureFlag: fc.boolean(),
        namespace: fc.constantFrom("istio-system", "istio-control"),
        revisions: fc.uniqueArray(fc.constantFrom("default", "canary", "1-31-0", "r".repeat(57)), { minLength: 1 }),
        trustDomain: fc.constantFrom("cluster.local", "mesh.example"),
    },
    { requiredKeys: [] },
);

const objectNames = fc.record(
    {
        service: fc.oneof(label, fc.constant("s".repeat(63))),
        deployment: objectName,
        serviceAccount: objectName,
        guard: objectName,
        namespacePeerAuthentication: objectName.map((name) => `${name}-namespace`),
        portPeerAuthentication: objectName.map((name) => `${name}-port`),
        serverSecret: objectName.map((name) => `${name}-server`),
        caSecret: objectName.map((name) => `${name}-ca`),
        sidecar: objectName,
    },
    { requiredKeys: [] },
);

/** Arguments that must be consistent with each other. */
const decisions = fc.constantFrom(
    {},
    { createNamespace: true },
    { createNamespace: true, strictNamespace: false },
    { labelNamespace: true },
    { strictNamespace: true },
    { unsafeDisableGuard: true },
);

export interface Case {
    /** The name of the component. */
    readonly component: string;
    readonly args: Readonly<Record<string, unknown>>;
}

/** Generates a component's name and arguments; `authority` is a CA that a user may provide. */
export function plausibleCases(authority: Pair): fc.Arbitrary<Case> {
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
    return fc
        .record({
            component: fc.oneof(label, fc.constant("c".repeat(63))),
            namespace: fc.oneof(
                label.map((name) => `p-${name}`),
                fc.constantFrom("shop", "1", "n".repeat(63)),
            ),
            image,
            podPorts: fc.uniqueArray(podPort, { minLength: 3, maxLength: 3 }),
            servicePorts: optional(fc.uniqueArray(fc.integer({ min: 1, max: 65535 }), { minLength: 2, maxLength: 2 })),
            labels: optional(fc.dictionary(labelKey, labelValue, { minKeys: 1, maxKeys: 4 })),
            version: optional(labelValue),
            replicas: optional(fc.integer({ min: 0, max: 10000 })),
            protocol: optional(fc.constantFrom("HTTPS", "TLS")),
            mode: optional(fc.constantFrom("MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE")),
            clients: optional(clients),
            certificateAuthority: optional(fc.constant({ ...authority })),
            certificates: optional(certificates),
            istiod: optional(istiod),
            objectNames: optional(objectNames),
            decisions,
        })
        .map(({ component, podPorts, servicePorts, protocol, mode, decisions: decided, ...given }) => {
            const [port, listenerPort, meshListenerPort] = podPorts;
            const { namespace, image: of, labels, version, replicas, ...others } = given;
            const named = (mode ?? "MUTUAL") === "MUTUAL" && !("unsafeDisableGuard" in decided);
            const args = {
                namespace,
                ...decided,
                workload: {
                    image: of,
                    port,
                    labels,
                    version: labels && "version" in labels ? undefined : version,
                    replicas,
                },
                listeners: [
                    {
                        name: "external",
                        protocol: protocol ?? "HTTPS",
                        servicePort: servicePorts?.[0],
                        listenerPort,
                        tls: mode && { mode },
                    },
                    {
                        name: "internal",
                        protocol: "HTTP",
                        servicePort: servicePorts?.[1],
                        listenerPort: meshListenerPort,
                    },
                ],
                ...others,
                clients: named ? others.clients : undefined,
            };
            return { component, args: withoutUndefined(args) as Case["args"] };
        });
}

/** Removes undefined properties, so that a counterexample shows only those that are set. */
function withoutUndefined(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutUndefined);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, item]) => item !== undefined)
            .map(([key, item]) => [key, withoutUndefined(item)]),
    );
}
