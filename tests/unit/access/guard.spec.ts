/** The guard: which connections it denies, on which pods. */
import { expect } from "chai";
import { TlsMode } from "../../..";
import { external } from "../../listeners";
import { istio, make, minimal } from "../component";
import { type Recording, valueOf } from "../recording";

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
        for (const [role, matchLabels] of [
            ["guard", { "istio-sidecar-tls/chain": "shop" }],
            ["second-guard", { app: "shop" }],
        ] as const) {
            expect(made.get(istio.guard, `shop-${role}`).inputs["spec"]).to.deep.equal({
                selector: { matchLabels },
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

    it("selects the pods by independent keys: a label of its own, and the Deployment's selector", async () => {
        const { made } = await make({
            workload: { ...minimal.workload!, labels: { app: "other" }, version: "v2" },
        });
        const spec = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
            selector: object;
            template: { metadata: { labels: object } };
        };
        expect(spec.selector).to.deep.equal({ matchLabels: { app: "other", version: "v2" } });
        expect(spec.template.metadata.labels).to.deep.equal({
            app: "other",
            version: "v2",
            "istio-sidecar-tls/chain": "shop",
            "sidecar.istio.io/inject": "true",
        });
        expect(policy(made, "guard").selector).to.deep.equal({ matchLabels: { "istio-sidecar-tls/chain": "shop" } });
        expect(policy(made, "second-guard").selector).to.deep.equal(spec.selector);
        expect(policy(made, "second-guard").name).to.equal("shop-second-guard");
    });

    it("names the second policy after its selector if the component has aliases, which may rename it", async () => {
        const nameFor = async (labels: { [label: string]: string }) => {
            const { made } = await make({ workload: { ...minimal.workload!, labels } }, { aliases: [{ name: "old" }] });
            expect(policy(made, "guard").name).to.equal("shop-guard");
            return policy(made, "second-guard").name;
        };
        const name = await nameFor({ app: "shop", tier: "front" });
        expect(name).to.match(/^shop-second-guard-[0-9a-f]{8}$/);
        expect(await nameFor({ tier: "front", app: "shop" })).to.equal(name);
        expect(await nameFor({ app: "other" })).not.to.equal(name);
    });

    it("owns the annotation with which a policy denies nothing", async () => {
        const { made } = await make({});
        for (const role of ["guard", "second-guard"]) {
            expect(policy(made, role).annotations).to.deep.equal({ "istio.io/dry-run": "false" });
        }
    });

    it("creates no guard with unsafeDisableGuard", async () => {
        const { made } = await make({ unsafeDisableGuard: true });
        expect(made.ofType(istio.guard)).to.deep.equal([]);
    });
});

function policy(made: Recording, role: string) {
    const { metadata, spec } = made.get(istio.guard, `shop-${role}`).inputs as {
        metadata: { name: string; annotations: object };
        spec: { selector: object };
    };
    return { name: metadata.name, annotations: metadata.annotations, selector: spec.selector };
}
