/** Selectors that match none of the pods that a stack creates. */
import { expect } from "chai";
import { unknownValue } from "../recording";
import { formatUrn, startAnalyzer, type TestResource } from "./analyzer";
import { deployment, guard, istioObject, object, peerAuthentication, plaintext, sidecar, workload } from "./objects";

const typo = { app: "htpbin" };

describe("policy selector-without-pods", () => {
    const analyzer = startAnalyzer();

    async function findWithoutPods(...stack: TestResource[]): Promise<string[]> {
        const found = await analyzer.findViolations(stack);
        return found
            .filter(({ policy }) => policy === "selector-without-pods")
            .map(({ level, resource }) => {
                expect(level).to.equal("ADVISORY");
                return resource;
            });
    }

    const service = (selector: unknown, content: object = {}) =>
        object("v1", "Service", "service", { spec: { selector, ...content } });
    const selected = [service({ app: "httpbin" }), peerAuthentication(), sidecar(), guard()];
    const misspelled = [
        service(typo),
        peerAuthentication({ selector: { matchLabels: typo } }),
        sidecar({}, typo),
        guard(plaintext, { selector: { matchLabels: typo } }),
    ];

    it("reports Services, PeerAuthentications, Sidecars, and AuthorizationPolicies with a misspelled label", async () => {
        expect(await findWithoutPods(deployment, ...selected)).to.deep.equal([]);
        expect(await findWithoutPods(deployment, ...misspelled)).to.deep.equal(["service", "port", "sidecar", "guard"]);
        const [violation] = await analyzer.findViolations([deployment, service(typo)]);
        expect(violation!.message.split("\n").at(-1)).to.equal(
            'Service "service" selects {"app":"htpbin"}, which matches none of the pods that this stack creates in namespace "test": Deployment "httpbin" {"app":"httpbin"}. The Service has no endpoints, unless another stack creates matching pods. Correct the selector if the pods are in this stack.',
        );
        const ofGuard = await analyzer.findViolations([deployment, misspelled[3]!]);
        expect(ofGuard.map(({ message }) => message.split("\n").at(-1))).to.deep.equal([
            'AuthorizationPolicy "guard" selects {"app":"htpbin"}, which matches none of the pods that this stack creates in namespace "test": Deployment "httpbin" {"app":"httpbin"}. The AuthorizationPolicy has no effect, unless another stack creates matching pods. Correct the selector if the pods are in this stack.',
        ]);
    });

    it("knows the pods of workloads of all kinds, custom resources included", async () => {
        const template = { metadata: { labels: { app: "httpbin" } }, spec: { containers: [{ name: "httpbin" }] } };
        const kinds: TestResource[] = [
            ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map((kind) => workload(kind, "httpbin")),
            object("v1", "Pod", "httpbin", { spec: template.spec }, { labels: template.metadata.labels }),
            object("batch/v1", "Job", "httpbin", { spec: { template } }),
            object("batch/v1", "CronJob", "httpbin", { spec: { jobTemplate: { spec: { template } } } }),
            object("argoproj.io/v1alpha1", "Rollout", "httpbin", { spec: { template } }),
        ];
        const other = workload("Deployment", "other", { app: "other" });
        for (const kind of kinds) {
            expect(await findWithoutPods(other, kind, ...selected), kind.type).to.deep.equal([]);
        }
        expect(await findWithoutPods(other, ...selected)).to.have.length(4);
    });

    describe("reports nothing", () => {
        it("in a stack that creates no pods in the namespace", async () => {
            expect(await findWithoutPods(...misspelled)).to.deep.equal([]);
            expect(
                await findWithoutPods(workload("Deployment", "other", { app: "other" }, "elsewhere"), ...misspelled),
            ).to.deep.equal([]);
            expect(
                await findWithoutPods({ ...deployment, provider: { kubeconfig: "other" } }, ...misspelled),
            ).to.deep.equal([]);
        });

        it("if the stack's only pods are those of Jobs or of workloads that it patches", async () => {
            const template = { metadata: { labels: { app: "check" } }, spec: { containers: [{ name: "check" }] } };
            expect(
                await findWithoutPods(object("batch/v1", "Job", "check", { spec: { template } }), ...selected),
            ).to.deep.equal([]);
            const patch = {
                ...workload("Deployment", "istiod", { app: "istiod" }),
                type: "kubernetes:apps/v1:DeploymentPatch",
            };
            expect(await findWithoutPods(patch, ...selected)).to.deep.equal([]);
        });

        it("if a Helm release may create pods, which Pulumi does not see", async () => {
            const release = (namespace: unknown): TestResource => ({
                type: "kubernetes:helm.sh/v3:Release",
                name: "release",
                inputs: { chart: "chart", namespace },
            });
            expect(await findWithoutPods(deployment, release("test"), ...misspelled)).to.deep.equal([]);
            expect(await findWithoutPods(deployment, release(unknownValue), ...misspelled)).to.deep.equal([]);
            expect(await findWithoutPods(deployment, release("elsewhere"), ...misspelled)).to.have.length(4);
        });

        it("without a selector, or for labels that only pods have", async () => {
            const mesh = guard(plaintext, { selector: { matchLabels: typo } }, { namespace: "istio-system" });
            const pod = { app: "httpbin", "statefulset.kubernetes.io/pod-name": "httpbin-0" };
            const none = [
                service(undefined, { type: "ExternalName" }),
                service({}),
                service(pod),
                istioObject("Sidecar", "sidecar", { egress: [] }),
                istioObject("PeerAuthentication", "port", { mtls: { mode: "STRICT" } }),
                mesh,
            ];
            for (const one of none) {
                expect(
                    await findWithoutPods(deployment, workload("Deployment", "istiod", {}, "istio-system"), one),
                    one.name,
                ).to.deep.equal([]);
            }
        });

        it("for values that are unknown in a preview", async () => {
            const unknown = [
                [deployment, service(unknownValue)],
                [deployment, service({ app: unknownValue })],
                [deployment, { ...service(typo), inputs: {} }],
                [workload("Deployment", "httpbin", unknownValue), service(typo)],
                [workload("Deployment", "httpbin", { app: unknownValue }), service(typo)],
                [{ ...deployment, inputs: {} }, service(typo)],
                [workload("Deployment", "httpbin", {}, unknownValue), service(typo)],
                [
                    deployment,
                    object("v1", "Service", "service", { spec: { selector: typo } }, { namespace: unknownValue }),
                ],
            ];
            for (const stack of unknown) {
                expect(await findWithoutPods(...stack), JSON.stringify(stack)).to.deep.equal([]);
            }
        });
    });

    describe("for a component that is attached to existing pods", () => {
        const component: TestResource = {
            type: "istio-sidecar-tls:index:SidecarTlsTermination",
            name: "component",
            inputs: {},
        };
        const part = { ...sidecar({}, typo), parent: formatUrn(component) };
        const other = workload("Deployment", "other", { app: "other" });

        it("reports nothing while no pods of the stack depend on it, because its pods may be in another stack", async () => {
            expect(await findWithoutPods(component, part, other)).to.deep.equal([]);
        });

        it("reports that it selects none of the pods that depend on it", async () => {
            for (const dependency of [component, part]) {
                const attached = { ...deployment, dependencies: [formatUrn(dependency)] };
                expect(await findWithoutPods(component, part, other, attached), dependency.name).to.deep.equal([
                    "sidecar",
                ]);
            }
        });

        it("reports that it selects none of its own pods", async () => {
            expect(
                await findWithoutPods(component, part, { ...deployment, parent: formatUrn(component) }),
            ).to.deep.equal(["sidecar"]);
        });
    });
});
