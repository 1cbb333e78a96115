/** The component with further arguments, one at a time. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CertificateAuthority, SidecarTlsTermination, type SidecarTlsTerminationArgs, TlsMode } from "../..";
import { external } from "../listeners";
import { istio, minimal, withoutSecrets } from "./component";
import { mockAuthority, record, Secret, unknownValue, valueOf } from "./recording";

function create(args: Partial<SidecarTlsTerminationArgs> = {}, opts?: pulumi.ComponentResourceOptions) {
    return new SidecarTlsTermination("shop", { ...minimal, createNamespace: true, ...args }, opts);
}

describe("SidecarTlsTermination with more arguments", () => {
    it("can be previewed with a namespace, an image and a CA of resources that do not exist yet", async () => {
        const made = await record(
            () => {
                const authority = new CertificateAuthority("later");
                create({
                    namespace: authority.notAfter,
                    workload: { image: authority.notAfter, port: 80 },
                    certificateAuthority: {
                        certificatePem: authority.certificatePem,
                        privateKeyPem: authority.privateKeyPem,
                    },
                });
            },
            { preview: true },
        );
        const deployment = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs;
        expect(made.ofType(istio.sidecar)).to.have.length(1);
        expect(deployment["metadata"]).to.deep.equal({ name: "shop", namespace: unknownValue });
    });

    for (const mode of [TlsMode.Simple, TlsMode.OptionalMutual]) {
        it(`requires SNI instead of a certificate in mode ${mode}, and a certificate on all other ports`, async () => {
            const made = await record(() => create({ listeners: external({ mode, listenerPort: 9443 }) }));
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

    it("uses TCP for the application with the protocol TLS, and for clients in the mesh", async () => {
        const made = await record(() => create({ listeners: external({ protocol: "TLS" }) }));
        const { ingress } = made.get(istio.sidecar, "shop-sidecar").inputs["spec"] as {
            ingress: { port: { protocol: string } }[];
        };
        expect(ingress.map(({ port }) => port.protocol)).to.deep.equal(["TLS", "TCP"]);
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as {
            ports: { name: string }[];
        };
        expect(ports.map(({ name }) => name)).to.deep.equal(["tls", "tcp"]);
    });

    it("names a Service port that is not the default after its number", async () => {
        const made = await record(() => create({ listeners: external({ servicePort: 443 }) }));
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as { ports: object[] };
        expect(ports).to.deep.equal([
            { name: "https-443", port: 443, targetPort: 9080 },
            { name: "http", port: 8080, targetPort: 9081 },
        ]);
    });

    it("admits only the clients of the allow list, by the URIs of their certificates", async () => {
        let component: SidecarTlsTermination | undefined;
        const made = await record(() => {
            component = create({
                clients: [{ name: "alice" }, { name: "bob", uri: "spiffe://example.com/partners/bob" }],
            });
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
        const bundles = await valueOf(component!.clientBundles);
        expect(Object.keys(bundles)).to.deep.equal(["alice", "bob"]);
        expect(await valueOf(component!.clientBundle)).to.deep.equal(bundles["alice"]);
        expect(Object.keys((await valueOf(component!.notAfter)).clients)).to.deep.equal(["alice", "bob"]);
    });

    it("guards the pods independently of their labels, by a label of its own", async () => {
        const made = await record(() => create({ workload: { ...minimal.workload!, labels: { app: "other" } } }));
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

    it("replaces the pods for another revision, whose sidecar they then have", async () => {
        const made = await record(() => create({ istiod: { revisions: ["canary", "default"] } }));
        const spec = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
            template: { metadata: { labels: object } };
        };
        expect(spec.template.metadata.labels).to.include({ "istio.io/rev": "canary" });
    });

    it("makes everything that could expose the port depend directly on the guard", async () => {
        const made = await record(() => create({ clients: [{ name: "alice" }] }));
        const guards = ["shop-guard", "shop-second-guard"].map((name) => made.get(istio.guard, name).urn);
        const free = ["Namespace", "AuthorizationPolicy", "SecretPatch"];
        for (const resource of made.resources.filter(({ type }) => type.startsWith("kubernetes:"))) {
            if (!free.includes(resource.type.split(":")[2]!)) {
                expect(resource.dependencies, resource.name).to.include.members(guards);
            }
        }
    });

    it("does not change an existing namespace", async () => {
        const made = await record(() => create({ createNamespace: false }));
        expect(made.ofType("kubernetes:core/v1:Namespace")).to.deep.equal([]);
        expect(made.ofType("kubernetes:core/v1:NamespacePatch")).to.deep.equal([]);
        expect(made.ofType(istio.peerAuthentication).map(({ name }) => name)).to.deep.equal([
            "shop-port-peer-authentication",
        ]);
    });

    it("labels an existing namespace for the revision that serves it, with labelNamespace", async () => {
        const made = await record(() =>
            create({ createNamespace: false, labelNamespace: true, istiod: { revisions: ["canary"] } }),
        );
        expect(made.get("kubernetes:core/v1:NamespacePatch", "shop-namespace").inputs["metadata"]).to.deep.equal({
            name: "test",
            labels: { "istio.io/rev": "canary" },
        });
    });

    it("does not change istiod with manageFeatureFlag set to false", async () => {
        const made = await record(() => create({ istiod: { manageFeatureFlag: false } }));
        expect(made.ofType("istio-sidecar-tls:index:IstiodFeatureFlag")).to.deep.equal([]);
        expect(made.ofType("kubernetes:apps/v1:DeploymentPatch")).to.deep.equal([]);
    });

    it("creates no guard with unsafeDisableGuard", async () => {
        const made = await record(() => create({ unsafeDisableGuard: true }));
        expect(made.ofType(istio.guard)).to.deep.equal([]);
    });

    it("signs with a CA that is passed in plaintext, and keeps its key secret", async () => {
        const given = await mockAuthority;
        const made = await record(() => create({ certificateAuthority: given }));
        expect(made.ofType("istio-sidecar-tls:index:CertificateAuthority")).to.deep.equal([]);
        const server = made.get("tls:index/locallySignedCert:LocallySignedCert", "shop-server-certificate").inputs;
        expect(server["caCertPem"]).to.equal(given.certificatePem);
        expect(server["caPrivateKeyPem"]).to.deep.equal(new Secret(given.privateKeyPem));
        for (const { name, inputs } of made.resources) {
            expect(withoutSecrets(inputs), name).not.to.include("PRIVATE KEY");
        }
    });

    it("passes dependsOn and customTimeouts to every child", async () => {
        const made = await record(() => {
            const before = new Before("before");
            create({}, { dependsOn: before, customTimeouts: { create: "7m" } });
        });
        const before = made.get("test:index:Before", "before");
        for (const resource of made.resources.filter(({ type }) => /^(kubernetes|tls):/.test(type))) {
            expect(made.isBefore(before, resource), `before ${resource.name}`).to.equal(true);
            expect(resource.customTimeouts, resource.name).to.deep.equal({ create: "7m" });
        }
    });
});

class Before extends pulumi.CustomResource {
    constructor(name: string) {
        super("test:index:Before", name);
    }
}
