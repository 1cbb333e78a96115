/** The guard: which connections it denies, on which pods. */
import { expect } from "chai";
import { TlsMode } from "../../..";
import { external } from "../../listeners";
import { istio, make, minimal } from "../component";
import { valueOf } from "../recording";

describe("the guard", () => {
    for (const mode of [TlsMode.Simple, TlsMode.OptionalMutual]) {
        it(`requires SNI instead of a certificate in mode ${mode}, and a certificate on all other ports`, async () => {
            const { made } = await make({ listeners: external({ mode, listenerPort: 9443 }) });
            expect((made.get(istio.guard, "shop-guard").inputs["spec"] as { rules: object[] }).rules).to.deep.equal([
                {
                    from: [{ source: { notPrincipals: ["*"] } }],
                    to: [{ operation: { notPorts: ["9443"] } }],
                },
                {
                    to: [{ operation: { ports: ["9443"] } }],
                    when: [{ key: "connection.sni", notValues: ["*"] }],
                },
                { from: [{ source: { namespaces: ["*"] } }], to: [{ operation: { ports: ["9443"] } }] },
            ]);
            const { ingress } = made.get(istio.sidecar, "shop-sidecar").inputs["spec"] as { ingress: object[] };
            const tls = (ingress[0] as { tls: object }).tls;
            expect(tls).to.include({ mode });
            expect("caCertificates" in tls).to.equal(mode === TlsMode.OptionalMutual);
        });
    }

    it("admits only the clients of the allow list, by the URIs of their certificates", async () => {
        const { made, component } = await make({
            clients: [{ name: "alice" }, { name: "bob", uri: "spiffe://example.com/partners/bob" }],
        });
        const uris = ["spiffe://shop.test.svc.cluster.local/clients/alice", "spiffe://example.com/partners/bob"];
        const notPrincipals = uris.map((uri) => uri.slice("spiffe://".length));
        // Twice, so that the loss of one object does not expose the port.
        for (const role of ["guard", "second-guard"]) {
            expect(made.get(istio.guard, `shop-${role}`).inputs["spec"]).to.deep.equal({
                selector: { matchLabels: { "istio-sidecar-tls/chain": "shop" } },
                action: "DENY",
                rules: [
                    { from: [{ source: { notPrincipals, notNamespaces: ["*"] } }] },
                    { from: [{ source: { notPrincipals } }], to: [{ operation: { ports: ["9080"] } }] },
                ],
            });
        }
        const requested = (client: string) =>
            made.get("tls:index/certRequest:CertRequest", `shop-client-${client}-request`).inputs["uris"];
        expect([requested("alice"), requested("bob")]).to.deep.equal([[uris[0]], [uris[1]]]);
        const bundles = await valueOf(component.clientBundles);
        expect(Object.keys(bundles)).to.deep.equal(["alice", "bob"]);
        expect(await valueOf(component.clientBundle)).to.deep.equal(bundles["alice"]);
        expect(Object.keys((await valueOf(component.notAfter)).clients)).to.deep.equal(["alice", "bob"]);
    });

    it("guards the pods independently of their labels, by a label of its own", async () => {
        const { made } = await make({ workload: { ...minimal.workload!, labels: { app: "other" } } });
        const spec = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
            selector: object;
            template: { metadata: { labels: object } };
        };
        expect(spec.selector).to.deep.equal({ matchLabels: { app: "other" } });
        expect(spec.template.metadata.labels).to.deep.equal({
            app: "other",
            "istio-sidecar-tls/chain": "shop",
            "sidecar.istio.io/inject": "true",
        });
        const guard = made.get(istio.guard, "shop-guard").inputs["spec"] as { selector: object };
        expect(guard.selector).to.deep.equal({ matchLabels: { "istio-sidecar-tls/chain": "shop" } });
    });

    it("creates no guard with unsafeDisableGuard", async () => {
        const { made } = await make({ unsafeDisableGuard: true });
        expect(made.ofType(istio.guard)).to.deep.equal([]);
    });
});
