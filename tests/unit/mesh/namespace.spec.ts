/** What the component changes in an existing namespace and on istiod. */
import { expect } from "chai";
import { istio, make } from "../component";

describe("the namespace and istiod", () => {
    it("does not change an existing namespace", async () => {
        const { made } = await make({ createNamespace: false });
        expect(made.ofType("kubernetes:core/v1:Namespace")).to.deep.equal([]);
        expect(made.ofType("kubernetes:core/v1:NamespacePatch")).to.deep.equal([]);
        expect(made.ofType(istio.peerAuthentication).map(({ name }) => name)).to.deep.equal([
            "shop-port-peer-authentication",
        ]);
    });

    it("labels an existing namespace for the revision that serves it, with labelNamespace", async () => {
        const { made } = await make({
            createNamespace: false,
            labelNamespace: true,
            istiod: { revisions: ["canary"] },
        });
        expect(made.get("kubernetes:core/v1:NamespacePatch", "shop-namespace").inputs["metadata"]).to.deep.equal({
            name: "test",
            labels: { "istio.io/rev": "canary" },
        });
    });

    it("does not change istiod with manageFeatureFlag set to false", async () => {
        const { made } = await make({ istiod: { manageFeatureFlag: false } });
        expect(made.ofType("istio-sidecar-tls:index:IstiodFeatureFlag")).to.deep.equal([]);
        expect(made.ofType("kubernetes:apps/v1:DeploymentPatch")).to.deep.equal([]);
    });
});
