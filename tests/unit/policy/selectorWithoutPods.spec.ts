/** Selectors that find none of the pods that a stack makes. */
import { expect } from "chai";
import { unknownValue } from "../recording";
import { type Given, policyAnalyzer, urnOf } from "./analyzer";
import { deployment, guard, istioObject, object, peerAuthentication, plaintext, sidecar, workload } from "./objects";

const typo = { app: "htpbin" };

describe("policy selector-without-pods", () => {
    const analyzer = policyAnalyzer();

    async function lost(...stack: Given[]): Promise<string[]> {
        const found = await analyzer.violations(stack);
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
    const misspelt = [
        service(typo),
        peerAuthentication({ selector: { matchLabels: typo } }),
        sidecar({}, typo),
        guard(plaintext, { selector: { matchLabels: typo } }),
    ];

    it("finds Services, PeerAuthentications, Sidecars and AuthorizationPolicies with a misspelt label", async () => {
        expect(await lost(deployment, ...selected)).to.deep.equal([]);
        expect(await lost(deployment, ...misspelt)).to.deep.equal(["service", "port", "sidecar", "guard"]);
        const [violation] = await analyzer.violations([deployment, service(typo)]);
        expect(violation!.message.split("\n").at(-1)).to.equal(
            'Service "service" selects {"app":"htpbin"}, and finds none of the pods that this stack makes in namespace "test": Deployment "httpbin" {"app":"httpbin"}. If they are another stack\'s, all is well',
        );
    });

    it("knows the pods of all kinds of workloads, its own and others'", async () => {
        const template = { metadata: { labels: { app: "httpbin" } }, spec: { containers: [{ name: "httpbin" }] } };
        const kinds: Given[] = [
            ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].map((kind) => workload(kind, "httpbin")),
            object("v1", "Pod", "httpbin", { spec: template.spec }, { labels: template.metadata.labels }),
            object("batch/v1", "Job", "httpbin", { spec: { template } }),
            object("batch/v1", "CronJob", "httpbin", { spec: { jobTemplate: { spec: { template } } } }),
            object("argoproj.io/v1alpha1", "Rollout", "httpbin", { spec: { template } }),
        ];
        const other = workload("Deployment", "other", { app: "other" });
        for (const kind of kinds) {
            expect(await lost(other, kind, ...selected), kind.type).to.deep.equal([]);
        }
        expect(await lost(other, ...selected)).to.have.length(4);
    });

    describe("says nothing", () => {
        it("in a stack that makes no pods there", async () => {
            expect(await lost(...misspelt)).to.deep.equal([]);
            expect(
                await lost(workload("Deployment", "other", { app: "other" }, "elsewhere"), ...misspelt),
            ).to.deep.equal([]);
            expect(await lost({ ...deployment, provider: { kubeconfig: "other" } }, ...misspelt)).to.deep.equal([]);
        });

        it("where the stack's pods come and go, or are somebody else's that it patches", async () => {
            const template = { metadata: { labels: { app: "check" } }, spec: { containers: [{ name: "check" }] } };
            expect(await lost(object("batch/v1", "Job", "check", { spec: { template } }), ...selected)).to.deep.equal(
                [],
            );
            const patch = {
                ...workload("Deployment", "istiod", { app: "istiod" }),
                type: "kubernetes:apps/v1:DeploymentPatch",
            };
            expect(await lost(patch, ...selected)).to.deep.equal([]);
        });

        it("where a Helm release makes pods that Pulumi does not see", async () => {
            const release = (namespace: unknown): Given => ({
                type: "kubernetes:helm.sh/v3:Release",
                name: "release",
                inputs: { chart: "chart", namespace },
            });
            expect(await lost(deployment, release("test"), ...misspelt)).to.deep.equal([]);
            expect(await lost(deployment, release(unknownValue), ...misspelt)).to.deep.equal([]);
            expect(await lost(deployment, release("elsewhere"), ...misspelt)).to.have.length(4);
        });

        it("of what has no selector, or one of labels that only pods get", async () => {
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
                    await lost(deployment, workload("Deployment", "istiod", {}, "istio-system"), one),
                    one.name,
                ).to.deep.equal([]);
            }
        });

        it("of what a preview does not know", async () => {
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
                expect(await lost(...stack), JSON.stringify(stack)).to.deep.equal([]);
            }
        });
    });

    describe("of a chain that is attached to pods", () => {
        const chain: Given = { type: "istio-sidecar-tls:index:SidecarTlsTermination", name: "chain", inputs: {} };
        const part = { ...sidecar({}, typo), parent: urnOf(chain) };
        const other = workload("Deployment", "other", { app: "other" });

        it("says nothing while none of the stack's pods depends on it: those that are meant may be another stack's", async () => {
            expect(await lost(chain, part, other)).to.deep.equal([]);
        });

        it("finds that it selects none of those that depend on it", async () => {
            for (const dependency of [chain, part]) {
                const attached = { ...deployment, dependencies: [urnOf(dependency)] };
                expect(await lost(chain, part, other, attached), dependency.name).to.deep.equal(["sidecar"]);
            }
        });

        it("finds that it selects none of its own", async () => {
            expect(await lost(chain, part, { ...deployment, parent: urnOf(chain) })).to.deep.equal(["sidecar"]);
        });
    });
});
