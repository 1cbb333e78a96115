/** Workloads of several kinds and TLS modes in one namespace: each admits exactly the clients that its own component allows. */
import { expect } from "chai";
import type { ClientBundle, SidecarTlsTerminationArgs } from "../..";
import { type Client, giveBundle, outsideClient, startClient, succeed } from "../../lab/demo/clients";
import { type Answer, curl } from "../../lab/demo/curl";
import { external } from "../listeners";
import { changes, openComponent } from "./certificates/componentStack";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { flagOfIstiod } from "./istiodRevision";
import { type Kubectl, kubectlFor } from "./kubectl";
import { type ProgramStack, programStack } from "./programStack";
import { Traffic } from "./traffic/traffic";

const namespace = "workloads";

interface ComponentArguments {
    readonly args: Omit<SidecarTlsTerminationArgs, "namespace">;
    /** An existing workload, which the program creates with these pod labels. */
    readonly kind?: "Deployment" | "StatefulSet" | "DaemonSet";
    readonly podLabels?: Readonly<Record<string, string>>;
    /** The workload's selector. Default: `podLabels`. */
    readonly selector?: Readonly<Record<string, string>>;
}

interface Arguments {
    readonly namespace: string;
    readonly chains: Readonly<Record<string, ComponentArguments>>;
}

function own(
    kind: NonNullable<ComponentArguments["kind"]>,
    app: string,
    args: ComponentArguments["args"] = {},
): ComponentArguments {
    return {
        kind,
        podLabels: { app },
        args: { existingWorkload: { selector: { app }, port: 80 }, ...args },
    };
}

const application = { image: "docker.io/kennethreitz/httpbin", port: 80 };

const components: Readonly<Record<string, ComponentArguments>> = {
    // A Deployment that the component creates, with all settings.
    created: {
        args: {
            workload: {
                ...application,
                replicas: 2,
                resources: { requests: { cpu: "10m" }, limits: { memory: "512Mi" } },
                environment: { GREETING: "hello" },
                readinessProbe: { path: "/status/200", periodSeconds: 2 },
                livenessProbe: { path: "/status/200" },
                startupProbe: { periodSeconds: 1, failureThreshold: 60 },
            },
            listeners: [
                { name: "partners", protocol: "HTTPS" },
                {
                    name: "strict",
                    protocol: "HTTPS",
                    servicePort: 8444,
                    listenerPort: 9444,
                    tls: { minProtocolVersion: "TLSV1_3" },
                },
                { name: "bytes", protocol: "TLS", servicePort: 8445, listenerPort: 9445 },
                { name: "mesh", protocol: "HTTP" },
                { name: "mesh-bytes", protocol: "TCP", servicePort: 8081, listenerPort: 9082 },
            ],
            clients: [{ name: "alice" }],
            egress: [{ hosts: ["./*", "istio-system/*"] }],
            outboundTrafficPolicy: { mode: "REGISTRY_ONLY" },
            service: { ipFamilyPolicy: "PreferDualStack", annotations: { "networking.istio.io/exportTo": "*" } },
            allowedSources: [{ cidr: "0.0.0.0/0" }],
            commonLabels: { team: "workloads" },
            commonAnnotations: { "example.com/owner": "alice" },
        },
    },
    // Listens on the loopback interface only, and admits any TLS client.
    simple: {
        args: {
            workload: { ...application, address: "127.0.0.1" },
            listeners: external({ mode: "SIMPLE" }),
        },
    },
    // Of type LoadBalancer, which the lab does not provide, and with external host names.
    orders: own("Deployment", "orders", {
        service: { type: "LoadBalancer" },
        externalHostNames: ["*.example.org", "orders.example.com"],
    }),
    database: own("StatefulSet", "database", {
        certificateMounts: "container",
        listeners: external({ mode: "OPTIONAL_MUTUAL" }),
    }),
    agent: own("DaemonSet", "agent", { certificateMounts: "container", clients: [{ name: "alice" }] }),
};

const meshClient: Client = { namespace, inMesh: true };

describeMesh("several workloads in one namespace", (cluster) => {
    let kubectl: Kubectl;
    let program: ProgramStack<Arguments>;

    before("the stack is up", async function () {
        this.timeout("8m");
        kubectl = kubectlFor(cluster());
        program = await programStack<Arguments>(cluster(), "workloads", "workloads", { namespace, chains: components });
        await program.stack.mustRun("up");
        await startClient(cluster(), outsideClient);
        await startClient(cluster(), meshClient);
        for (const name of Object.keys(components)) {
            await giveBundle(cluster(), outsideClient, name, await bundleOf(name));
        }
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await kubectl.run("-n", namespace, "delete", "deployment", "curl", "--ignore-not-found");
        await program.remove();
    });

    const hostOf = (name: string) => `${name}.${namespace}.svc.cluster.local`;

    async function bundleOf(name: string): Promise<Required<ClientBundle>> {
        const outputs = (await program.stack.outputs()) as Record<string, { clientBundle: Required<ClientBundle> }>;
        return outputs[name]!.clientBundle;
    }

    /** Sends one request of the outside client, with a component's bundle or with only its CA certificate. */
    function attempt(
        name: string,
        certificate?: string,
        options: readonly string[] = [],
        port = 8443,
    ): Promise<Answer> {
        const credentials = { ca: name, ...(certificate ? { certificate } : {}) };
        return curl(cluster(), outsideClient, `https://${hostOf(name)}:${port}/status/200`, credentials, options);
    }

    const served = (what: string, look: () => Promise<Answer>) =>
        eventually(what, look, ({ status }) => status === 200, 90);

    it("serve their own clients, each in its TLS mode", async function () {
        this.timeout("4m");
        for (const name of ["created", "orders", "agent"]) {
            await served(`${name} with its client's certificate`, () => attempt(name, name));
            expect((await attempt(name)).status, `${name} without a certificate`).to.equal(0);
        }
        await served("simple without a certificate", () => attempt("simple"));
        await served("database with its client's certificate", () => attempt("database", "database"));
        await served("database without a certificate", () => attempt("database"));
    });

    it("apply their own allow lists, although they share a CA", async () => {
        expect((await attempt("created", "orders")).status).to.equal(403);
        expect((await attempt("agent", "created")).status).to.equal(403);
        expect((await attempt("orders", "created")).status).to.equal(200);
    });

    it("serve no client outside the mesh in plaintext, and serve clients in the mesh", async function () {
        this.timeout("2m");
        for (const name of Object.keys(components)) {
            for (const port of [8443, 8080]) {
                const { status } = await curl(cluster(), outsideClient, `http://${hostOf(name)}:${port}/status/200`);
                expect(status, `${name}:${port}`).to.equal(0);
            }
            await served(`${name} in the mesh`, () =>
                curl(cluster(), meshClient, `http://${hostOf(name)}:8080/status/200`),
            );
        }
    });

    it("have additional listeners, each with its own settings", async function () {
        this.timeout("2m");
        await served("the listener with only TLS 1.3", () => attempt("created", "created", [], 8444));
        expect((await attempt("created", "created", ["--tls-max", "1.2"], 8444)).status).to.equal(0);
        expect((await attempt("created", "created", ["--tls-max", "1.2"])).tlsVersion).to.equal("TLSv1.2");
        const bytes = await served("the listener with protocol TLS", () =>
            attempt("created", "created", ["--http1.1"], 8445),
        );
        expect(bytes.httpVersion).to.equal("1.1");
        expect(
            (await attempt("created", "orders", ["--http1.1"], 8445)).status,
            "a client that is not listed",
        ).to.equal(0);
        await served("the listener with protocol TCP in the mesh", () =>
            curl(cluster(), meshClient, `http://${hostOf("created")}:8081/status/200`),
        );
    });

    it("have external host names, which their certificates cover", async () => {
        const { orders } = (await program.stack.outputs()) as { orders: { url: string } };
        expect(orders.url).to.equal("https://orders.example.com:8443");
        for (const name of ["orders.example.com", "any.example.org"]) {
            const url = `https://${name}:8443/status/200`;
            const way = ["--connect-to", `${name}:8443:${hostOf("orders")}:8443`];
            const { status, error } = await curl(
                cluster(),
                outsideClient,
                url,
                { ca: "orders", certificate: "orders" },
                way,
            );
            expect(status, error).to.equal(200);
        }
    });

    it("can call only the hosts in their egress setting", async () => {
        const clusters = async (app: string) => {
            const [pod] = (await kubectl.list("pods", namespace)).filter(
                ({ metadata: { labels } }) => labels?.["app"] === app,
            );
            return succeed(cluster(), "istioctl", ["proxy-config", "cluster", `${pod!.metadata.name}.${namespace}`]);
        };
        const others = "kubernetes.default.svc.cluster.local";
        expect(await clusters("created"))
            .to.include(hostOf("orders"))
            .and.not.to.include(others);
        expect(await clusters("orders")).to.include(others);
    });

    it("have the settings of their arguments", async () => {
        const pods = await kubectl.list("pods", namespace);
        const pod = pods.find(({ metadata: { labels } }) => labels?.["app"] === "created")!;
        expect(pod.metadata.labels).to.include({ team: "workloads" });
        const { containers } = pod["spec"] as { containers: Record<string, unknown>[] };
        const container = containers.find(({ name }) => name === "created")!;
        expect(container["env"]).to.deep.include({ name: "GREETING", value: "hello" });
        const budget = await kubectl.get("poddisruptionbudget", "created", namespace);
        expect(budget["status"]).to.include({ disruptionsAllowed: 1, desiredHealthy: 1 });
        const service = await kubectl.get("service", "created", namespace);
        expect(service["spec"]).to.include({ ipFamilyPolicy: "PreferDualStack" });
        for (const kind of ["service", "sidecar.networking.istio.io"]) {
            const name = kind === "service" ? "created" : "created-sidecar";
            const { labels, annotations } = (await kubectl.get(kind, name, namespace)).metadata;
            expect(labels).to.include({ team: "workloads" });
            expect(annotations).to.include({ "example.com/owner": "alice" });
        }
    });

    it("have no changes in a second preview or after a refresh", async function () {
        this.timeout("3m");
        await program.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });

    it("share the CA, the namespace, and the flag with a component of another stack, and keep them when it is destroyed", async function () {
        this.timeout("5m");
        const { certificateAuthority } = (await program.stack.outputs()) as Pick<
            SidecarTlsTerminationArgs,
            "certificateAuthority"
        >;
        const shared = { namespace, labelNamespace: true, certificateAuthority };
        const other = await openComponent(cluster(), namespace, { createNamespace: false, ...shared });
        await other.stack.mustRun("up");
        await other.serves(await bundleOf("orders"));
        await other.remove();
        const { labels } = (await kubectl.get("namespace", namespace, namespace)).metadata;
        expect(labels).to.include({ "istio-injection": "enabled" });
        expect(await flagOfIstiod(cluster())).to.equal("true");
        await served("orders, whose stack remains", () => attempt("orders", "orders"));
        await program.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });

    it("keep their pods when they scale, and leave undefined replicas to an autoscaler", async function () {
        this.timeout("4m");
        await kubectl.run("-n", namespace, "scale", "deployment/simple", "--replicas=2");
        await kubectl.run("-n", namespace, "rollout", "status", "deployment/simple", "--timeout=2m");
        await program.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
        const more = {
            ...components["created"]!.args,
            workload: { ...components["created"]!.args.workload!, replicas: 3 },
        };
        program.setArguments({ namespace, chains: { ...components, created: { args: more } } });
        expect(changes(await program.stack.mustRun("up"))).to.deep.equal(["update created-deployment"]);
    });

    it("stay closed while their selector is replaced", async function () {
        this.timeout("5m");
        const traffic = await Traffic.start(cluster(), {
            namespace,
            podSelector: "app=orders",
            podPorts: [9080, 9081],
            serviceNames: ["orders"],
            servicePorts: [8443, 8080],
            host: hostOf("orders"),
            kinds: ["plaintextHttp1", "plaintextHttp2", "noCertificate"],
            ratePerSecond: 5,
            friendly: { bundle: await bundleOf("orders"), port: 8443 },
        });
        try {
            const before = traffic.snapshot();
            const { args, ...deployment } = components["orders"]!;
            const otherwise = { ...args, existingWorkload: { selector: { role: "orders" }, port: 80 } };
            // The pods have both labels before the component selects them by the other one.
            const podLabels = { app: "orders", role: "orders" };
            const labeled = { ...deployment, podLabels, selector: { app: "orders" } };
            program.setArguments({ namespace, chains: { ...components, orders: { ...labeled, args } } });
            await program.stack.mustRun("up");
            program.setArguments({ namespace, chains: { ...components, orders: { ...labeled, args: otherwise } } });
            expect(changes(await program.stack.mustRun("up"))).to.deep.equal([
                "replace orders-guard",
                "replace orders-second-guard",
                "update orders-port-peer-authentication",
                "update orders-service",
                "update orders-sidecar",
            ]);
            await served("orders, found by its other label", () => attempt("orders", "orders"));
            const { hostile } = traffic.since(before);
            expect(hostile.connected).to.be.greaterThan(100);
            expect(hostile).to.include({ answered: 0, admitted: 0 });
        } finally {
            await traffic.stop();
        }
    });
});
