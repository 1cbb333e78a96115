/** The workload: a Deployment that the component creates, or existing pods. */
import * as k8s from "@pulumi/kubernetes";
import { expect } from "chai";
import { SidecarTlsTermination, type SidecarTlsTerminationArgs, type Workload } from "../../..";
import { make } from "../component";
import { record, type Recording, valueOf } from "../recording";

function deployment(made: Recording) {
    return made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
        replicas?: number;
        template: {
            metadata: { labels: object; annotations: Record<string, string> };
            spec: {
                serviceAccountName: string;
                containers: Record<string, unknown>[];
                volumes?: object[];
                terminationGracePeriodSeconds?: number;
            };
        };
    };
}

function terminationDrainDuration(annotations: Record<string, string>): unknown {
    const config = JSON.parse(annotations["proxy.istio.io/config"]!) as Record<string, unknown>;
    return config["terminationDrainDuration"];
}

async function made(workload: Partial<Workload>, args: Partial<SidecarTlsTerminationArgs> = {}): Promise<Recording> {
    const recorded = await make({ ...args, workload: { image: "example.com/application", port: 80, ...workload } });
    return recorded.made;
}

describe("a workload that the component creates", () => {
    it("leaves the number of pods to an autoscaler by default", async () => {
        expect(deployment(await made({}))).not.to.have.property("replicas");
        expect(deployment(await made({ replicas: 3 })).replicas).to.equal(3);
    });

    it("has a PodDisruptionBudget with more than one replica, or with podDisruptionBudget", async () => {
        const budgets = async (workload: Partial<Workload>) =>
            (await made(workload))
                .ofType("kubernetes:policy/v1:PodDisruptionBudget")
                .map(({ inputs }) => inputs["spec"]);
        const budget = {
            maxUnavailable: 1,
            selector: { matchLabels: { app: "shop" } },
            unhealthyPodEvictionPolicy: "AlwaysAllow",
        };
        expect(await budgets({})).to.deep.equal([]);
        expect(await budgets({ replicas: 1 })).to.deep.equal([]);
        expect(await budgets({ replicas: 2 })).to.deep.equal([budget]);
        expect(await budgets({ podDisruptionBudget: true })).to.deep.equal([budget]);
        expect(await budgets({ replicas: 2, podDisruptionBudget: false })).to.deep.equal([]);
    });

    it("has the resources, environment and probes that it is given", async () => {
        const [container] = deployment(
            await made({
                resources: { requests: { cpu: "100m" }, limits: { memory: "1Gi" } },
                environment: { MODE: "test" },
                readinessProbe: { path: "/ready", periodSeconds: 5 },
                livenessProbe: { command: ["alive"] },
                startupProbe: { port: 8081, failureThreshold: 30 },
            }),
        ).template.spec.containers;
        expect(container).to.deep.include({
            resources: { requests: { cpu: "100m" }, limits: { memory: "1Gi" } },
            env: [{ name: "MODE", value: "test" }],
            readinessProbe: { httpGet: { path: "/ready", port: 80 }, periodSeconds: 5 },
            livenessProbe: { exec: { command: ["alive"] } },
            startupProbe: { tcpSocket: { port: 8081 }, failureThreshold: 30 },
        });
    });

    it("has a restricted security context by default", async () => {
        const securityContext = async (given?: Workload["securityContext"]) =>
            deployment(await made({ securityContext: given })).template.spec.containers[0]!["securityContext"];
        expect(await securityContext()).to.deep.equal({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
            seccompProfile: { type: "RuntimeDefault" },
        });
        expect(await securityContext({ runAsNonRoot: true, runAsUser: 1000, capabilities: [] })).to.deep.equal({
            runAsNonRoot: true,
            runAsUser: 1000,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"], add: [] },
            seccompProfile: { type: "RuntimeDefault" },
        });
    });

    it("has no readiness probe if it listens on the loopback interface alone", async () => {
        const recorded = await made({ address: "127.0.0.1" });
        expect(deployment(recorded).template.spec.containers[0]).not.to.have.property("readinessProbe");
        const { ingress } = recorded.get("kubernetes:networking.istio.io/v1:Sidecar", "shop-sidecar").inputs[
            "spec"
        ] as {
            ingress: { defaultEndpoint: string }[];
        };
        expect(ingress.map(({ defaultEndpoint }) => defaultEndpoint)).to.deep.equal(["127.0.0.1:80", "127.0.0.1:80"]);
    });

    describe("drains its clients when a pod terminates", () => {
        const drain = async (drainSeconds?: number) => {
            const { metadata, spec } = deployment(await made({}, { drainSeconds })).template;
            return {
                sidecar: terminationDrainDuration(metadata.annotations),
                application: spec.containers[0]!["lifecycle"],
                gracePeriod: spec.terminationGracePeriodSeconds,
            };
        };
        const sleep = (seconds: number) => ({ preStop: { sleep: { seconds } } });

        for (const seconds of [undefined, 10]) {
            it(`for ten seconds, in Kubernetes' own grace period, with drainSeconds ${seconds}`, async () => {
                const { template } = deployment(await made({}, { drainSeconds: seconds }));
                expect(template.spec).not.to.have.property("terminationGracePeriodSeconds");
                expect(await drain(seconds)).to.deep.equal({
                    sidecar: "10s",
                    application: sleep(10),
                    gracePeriod: undefined,
                });
            });
        }

        it("for a shorter time, in Kubernetes' own grace period", async () => {
            expect(await drain(1)).to.deep.equal({ sidecar: "1s", application: sleep(1), gracePeriod: undefined });
        });

        it("for a longer time, in a grace period that leaves the application twenty seconds to shut down", async () => {
            expect(await drain(11)).to.deep.equal({ sidecar: "11s", application: sleep(11), gracePeriod: 31 });
            expect(await drain(580)).to.deep.equal({ sidecar: "580s", application: sleep(580), gracePeriod: 600 });
        });

        it("not at all with 0, which is no valid preStop hook", async () => {
            const { template } = deployment(await made({}, { drainSeconds: 0 }));
            expect(template.spec.containers[0]).not.to.have.property("lifecycle");
            expect(template.spec).not.to.have.property("terminationGracePeriodSeconds");
            expect(terminationDrainDuration(template.metadata.annotations)).to.equal("0s");
        });
    });

    it("uses an existing ServiceAccount", async () => {
        const recorded = await made({ existingServiceAccount: "robot" });
        expect(recorded.ofType("kubernetes:core/v1:ServiceAccount")).to.deep.equal([]);
        expect(deployment(recorded).template.spec.serviceAccountName).to.equal("robot");
    });

    it("has the sidecar's container and volumes in its pod template instead of Istio's annotations", async () => {
        const { template } = deployment(await made({}, { certificateMounts: "container" }));
        expect(template.spec.volumes).to.deep.equal([
            { name: "tls-secret", secret: { secretName: "shop-server-tls", optional: true } },
            { name: "tls-ca-secret", secret: { secretName: "shop-client-ca" } },
        ]);
        expect(template.spec.containers[1]).to.deep.equal({
            name: "istio-proxy",
            image: "auto",
            imagePullPolicy: "IfNotPresent",
            volumeMounts: [
                { name: "tls-secret", mountPath: "/etc/istio/tls-certs/", readOnly: true },
                { name: "tls-ca-secret", mountPath: "/etc/istio/tls-ca-certs/", readOnly: true },
            ],
        });
        expect(Object.keys(template.metadata.annotations)).to.deep.equal(["proxy.istio.io/config"]);
    });

    it("has the common labels and annotations, as all objects", async () => {
        const recorded = await made(
            { replicas: 2 },
            {
                createNamespace: true,
                allowedSources: [{ cidr: "10.0.0.0/8" }],
                commonLabels: { team: "shop", app: "other" },
                commonAnnotations: { "example.com/owner": "alice" },
            },
        );
        const objects = recorded.resources.filter(
            ({ type }) => type.startsWith("kubernetes:") && !type.endsWith("Patch"),
        );
        expect(objects).to.have.length(13);
        for (const { name, inputs } of objects) {
            expect(inputs["metadata"], name).to.have.nested.property("labels.team", "shop");
            expect(inputs["metadata"], name).to.have.nested.property("annotations.example\\.com/owner", "alice");
        }
        const { labels, annotations } = deployment(recorded).template.metadata;
        expect(labels).to.include({ team: "shop", app: "shop", "istio-sidecar-tls/chain": "shop" });
        expect(annotations).to.include({ "example.com/owner": "alice" });
    });

    it("is injected by its own revision or tag, independently of the revisions with the feature flag", async () => {
        const recorded = await made(
            {},
            { createNamespace: true, istiod: { revisions: ["1-31-0", "1-32-0"], injectionRevision: "stable" } },
        );
        expect(recorded.get("kubernetes:core/v1:Namespace", "shop-namespace").inputs["metadata"]).to.deep.equal({
            name: "test",
            labels: { "istio.io/rev": "stable" },
        });
        expect(deployment(recorded).template.metadata.labels).to.include({ "istio.io/rev": "stable" });
        expect(recorded.ofType("kubernetes:apps/v1:DeploymentPatch")).to.have.length(2);
    });
});

describe("an existing workload", () => {
    const existing = { workload: undefined, existingWorkload: { selector: { app: "orders" }, port: 8080 } };

    it("drains its clients for drainSeconds, or for ten seconds", async () => {
        const drain = async (drainSeconds?: number) => {
            const { component } = await make({ ...existing, drainSeconds });
            return terminationDrainDuration(await valueOf(component.podAnnotations));
        };
        expect(await drain()).to.equal("10s");
        expect(await drain(60)).to.equal("60s");
    });

    it("gets no Deployment, and is selected by its own labels", async () => {
        const { made: recorded } = await make(existing);
        const kinds = recorded.resources.map(({ type }) => type.split(":").at(-1));
        expect(kinds).not.to.include.members(["Deployment"]);
        expect(kinds).not.to.include.members(["ServiceAccount"]);
        const specs = recorded.resources.map(({ inputs }) => inputs["spec"] as Record<string, unknown> | undefined);
        const selectors = specs.flatMap((spec) => spec?.["selector"] ?? spec?.["workloadSelector"] ?? []);
        expect(selectors).to.have.deep.members([
            { matchLabels: { app: "orders" } },
            { matchLabels: { app: "orders" } },
            { matchLabels: { app: "orders" } },
            { labels: { app: "orders" } },
            { app: "orders" },
        ]);
    });

    it("gets another guard with another selector, before the previous guard is deleted", async () => {
        const guardName = async (selector: Record<string, string>) => {
            const { made: recorded } = await make({ ...existing, existingWorkload: { selector, port: 8080 } });
            const policy = recorded.get("kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-guard").inputs;
            return (policy["metadata"] as { name: string }).name;
        };
        const first = await guardName({ app: "orders" });
        expect(first).to.match(/^shop-guard-[0-9a-f]{8}$/);
        expect(await guardName({ app: "orders" })).to.equal(first);
        expect(await guardName({ app: "other" })).not.to.equal(first);
    });

    it("starts its pods after everything that keeps the port closed, because their template depends on it", async () => {
        const recorded = await record(() => {
            const component = new SidecarTlsTermination("shop", { namespace: "test", ...existing });
            new k8s.apps.v1.Deployment("orders", {
                spec: {
                    selector: { matchLabels: { app: "orders" } },
                    template: { metadata: { annotations: component.podAnnotations }, spec: { containers: [] } },
                },
            });
        });
        const { dependencies } = recorded.get("kubernetes:apps/v1:Deployment", "orders");
        const urns = (type: string) => recorded.ofType(type).map(({ urn }) => urn);
        expect(dependencies).to.include.members([
            ...urns("kubernetes:security.istio.io/v1:AuthorizationPolicy"),
            ...urns("kubernetes:security.istio.io/v1:PeerAuthentication"),
            ...urns("kubernetes:networking.istio.io/v1:Sidecar"),
        ]);
        expect(dependencies).not.to.include.members(urns("kubernetes:core/v1:Service"));
    });

    it("gets the additions to its pod template as outputs", async () => {
        const { component } = await make(existing);
        expect(Object.keys(await valueOf(component.podAnnotations))).to.deep.equal([
            "sidecar.istio.io/userVolume",
            "sidecar.istio.io/userVolumeMount",
            "proxy.istio.io/config",
        ]);
        expect(await valueOf(component.podLabels)).to.deep.equal({ "sidecar.istio.io/inject": "true" });
        expect(await valueOf(component.podVolumes)).to.deep.equal([]);
        const { component: typed } = await make({ ...existing, certificateMounts: "container" });
        expect((await valueOf(typed.podVolumes)).map(({ name }) => name)).to.deep.equal([
            "tls-secret",
            "tls-ca-secret",
        ]);
        expect((await valueOf(typed.podContainers)).map(({ name }) => name)).to.deep.equal(["istio-proxy"]);
        expect(await valueOf(typed.deploymentName)).to.equal(undefined);
    });

    it("can have an existing Service, which determines the names", async () => {
        const { made: recorded, component } = await make({ ...existing, existingService: "orders" });
        expect(recorded.ofType("kubernetes:core/v1:Service")).to.deep.equal([]);
        expect(await valueOf(component.url)).to.equal("https://orders.test.svc.cluster.local:8443");
        const request = recorded.get("tls:index/certRequest:CertRequest", "shop-server-request").inputs;
        expect(request["dnsNames"]).to.include("orders.test.svc");
    });
});
