/** The patches of an IstiodFeatureFlag, and who owns them. */
import { expect } from "chai";
import { IstiodFeatureFlag } from "../../..";
import { record } from "../recording";

describe("IstiodFeatureFlag", () => {
    it("owns a separate field in each patch, so that it applies the patch again after another owner has restored the flag", async () => {
        const recording = await record(() => {
            new IstiodFeatureFlag("one");
            new IstiodFeatureFlag("two");
        });
        const patches = [
            ...recording.ofType("kubernetes:core/v1:ConfigMapPatch"),
            ...recording.ofType("kubernetes:apps/v1:DeploymentPatch"),
        ];
        const owners = patches.map(({ inputs }) => {
            const { annotations } = inputs["metadata"] as { annotations: Record<string, string> };
            return Object.keys(annotations).filter((key) => key.startsWith("istio-sidecar-tls/feature-flag-owner-"));
        });
        expect(owners.map((keys) => keys.length)).to.deep.equal([1, 1, 1, 1]);
        expect(owners[0]).to.deep.equal(owners[2]).and.not.to.deep.equal(owners[1]);
        expect(owners[1]).to.deep.equal(owners[3]);
    });

    it("sets the flag on each revision, through a ConfigMap in the namespace of istiod", async () => {
        const recording = await record(
            () => new IstiodFeatureFlag("flag", { namespace: "istio-control", revisions: ["default", "canary"] }),
        );
        const annotations = {
            "pulumi.com/patchForce": "true",
            "istio-sidecar-tls/feature-flag-owner-74e39796": "project/stack/flag",
        };
        expect(recording.get("kubernetes:core/v1:ConfigMapPatch", "flag-configmap").inputs).to.deep.include({
            metadata: { name: "istiod-sidecar-ingress-tls", namespace: "istio-control", annotations },
            data: { ENABLE_TLS_ON_SIDECAR_INGRESS: "true" },
        });
        for (const [revision, deployment] of [
            ["default", "istiod"],
            ["canary", "istiod-canary"],
        ]) {
            const patch = recording.get("kubernetes:apps/v1:DeploymentPatch", `flag-${revision}`).inputs;
            expect(patch["metadata"]).to.deep.equal({ name: deployment, namespace: "istio-control", annotations });
            expect(patch["spec"]).to.deep.equal({
                template: {
                    metadata: { annotations: { "istio-sidecar-tls/feature-flag-configmap-uid": "uid-1" } },
                    spec: {
                        containers: [
                            {
                                name: "discovery",
                                envFrom: [{ configMapRef: { name: "istiod-sidecar-ingress-tls", optional: true } }],
                            },
                        ],
                    },
                },
            });
        }
    });
});
