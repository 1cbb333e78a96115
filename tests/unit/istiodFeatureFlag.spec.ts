import { expect } from "chai";
import { IstiodFeatureFlag } from "../..";
import { record } from "./recording";

describe("IstiodFeatureFlag", () => {
    it("sets the flag on every revision named, through a ConfigMap beside istiod", async () => {
        const made = await record(
            () => new IstiodFeatureFlag("flag", { namespace: "istio-control", revisions: ["default", "canary"] }),
        );
        const takeOver = { annotations: { "pulumi.com/patchForce": "true" } };
        expect(made.get("kubernetes:core/v1:ConfigMapPatch", "flag-configmap").inputs).to.deep.include({
            metadata: { name: "istiod-sidecar-ingress-tls", namespace: "istio-control", ...takeOver },
            data: { ENABLE_TLS_ON_SIDECAR_INGRESS: "true" },
        });
        for (const [revision, deployment] of [
            ["default", "istiod"],
            ["canary", "istiod-canary"],
        ]) {
            const patch = made.get("kubernetes:apps/v1:DeploymentPatch", `flag-${revision}`).inputs;
            expect(patch["metadata"]).to.deep.equal({ name: deployment, namespace: "istio-control", ...takeOver });
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
