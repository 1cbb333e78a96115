import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { CertificateAuthority, SidecarTlsTermination, type SidecarTlsTerminationArgs, TlsMode } from "../..";
import { mockAuthority, record, type Recording, type Registered, Secret, unknownValue, valueOf } from "./recording";
import { external } from "../listeners";

const minimal = {
    namespace: "test",
    createNamespace: true,
    workload: { image: "example.com/application", port: 80 },
};

const istio = {
    guard: "kubernetes:security.istio.io/v1:AuthorizationPolicy",
    peerAuthentication: "kubernetes:security.istio.io/v1:PeerAuthentication",
    sidecar: "kubernetes:networking.istio.io/v1:Sidecar",
};

function chain(args: Partial<SidecarTlsTerminationArgs> = {}, opts?: pulumi.ComponentResourceOptions) {
    return new SidecarTlsTermination("shop", { ...minimal, ...args }, opts);
}

describe("SidecarTlsTermination", () => {
    describe("with three arguments", () => {
        let made: Recording;
        let component: SidecarTlsTermination;

        before(async () => {
            made = await record(() => {
                component = chain();
            });
        });

        it("names every object after the component", () => {
            const names = made.resources
                .filter(({ type }) => type.startsWith("kubernetes:"))
                .map(({ type, inputs }) => `${type.split(":")[2]} ${(inputs["metadata"] as { name: string }).name}`);
            expect(names).to.have.members([
                "Namespace test",
                "AuthorizationPolicy shop-guard",
                "AuthorizationPolicy shop-second-guard",
                "ConfigMapPatch istiod-sidecar-ingress-tls",
                "DeploymentPatch istiod",
                "Secret shop-server-tls",
                "SecretPatch shop-server-tls",
                "Secret shop-client-ca",
                "SecretPatch shop-client-ca",
                "PeerAuthentication shop-namespace",
                "PeerAuthentication shop-external-port",
                "Sidecar shop-sidecar",
                "ServiceAccount shop",
                "Deployment shop",
                "Service shop",
            ]);
        });

        it("parents and prefixes every resource under the component", () => {
            for (const resource of made.resources.filter(({ name }) => name !== "shop")) {
                expect(resource.name).to.match(/^shop-/);
                expect(resource.parent).to.match(/istio-sidecar-tls:index:[A-Za-z:$-]*::shop/);
            }
        });

        it("changes the cluster in an order that never opens the port", () => {
            const steps: Registered[] = [
                made.get("kubernetes:core/v1:Namespace", "shop-namespace"),
                made.get(istio.guard, "shop-guard"),
                made.get("kubernetes:core/v1:ConfigMapPatch", "shop-feature-flag-configmap"),
                made.get("kubernetes:apps/v1:DeploymentPatch", "shop-feature-flag-default"),
                made.get("kubernetes:core/v1:Secret", "shop-server-secret"),
                made.get("kubernetes:core/v1:SecretPatch", "shop-server-secret-content"),
                made.get(istio.peerAuthentication, "shop-namespace-peer-authentication"),
                made.get(istio.peerAuthentication, "shop-port-peer-authentication"),
                made.get(istio.sidecar, "shop-sidecar"),
                made.get("kubernetes:core/v1:ServiceAccount", "shop-service-account"),
                made.get("kubernetes:apps/v1:Deployment", "shop-deployment"),
                made.get("kubernetes:core/v1:Service", "shop-service"),
            ];
            for (const [index, then] of steps.slice(1).entries()) {
                const first = steps[index]!;
                expect(made.isBefore(first, then), `${first.name} before ${then.name}`).to.equal(true);
            }
            const caContent = made.get("kubernetes:core/v1:SecretPatch", "shop-ca-secret-content");
            expect(made.isBefore(caContent, made.get(istio.sidecar, "shop-sidecar"))).to.equal(true);
        });

        it("closes every port to whoever shows no certificate, the client's or the mesh's", () => {
            expect(made.get(istio.guard, "shop-guard").inputs["spec"]).to.deep.equal({
                selector: { matchLabels: { "istio-sidecar-tls/chain": "shop" } },
                action: "DENY",
                rules: [
                    { from: [{ source: { notPrincipals: ["*"] } }] },
                    { from: [{ source: { namespaces: ["*"] } }], to: [{ operation: { ports: ["9080"] } }] },
                ],
            });
        });

        it("lets a pod serve on while clients leave it, and takes it in once its application listens", () => {
            const { template } = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
                template: { metadata: { annotations: Record<string, string> }; spec: { containers: object[] } };
            };
            expect(template.spec.containers[0]).to.deep.include({
                readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 2 },
                lifecycle: { preStop: { sleep: { seconds: 10 } } },
            });
            expect(JSON.parse(template.metadata.annotations["proxy.istio.io/config"]!)).to.include({
                terminationDrainDuration: "10s",
            });
        });

        it("terminates mutual TLS of at least version 1.2 in the sidecar", () => {
            const { ingress } = made.get(istio.sidecar, "shop-sidecar").inputs["spec"] as { ingress: object[] };
            expect(ingress[0]).to.deep.include({
                port: { number: 9080, protocol: "HTTPS", name: "external" },
                tls: {
                    mode: "MUTUAL",
                    minProtocolVersion: "TLSV1_2",
                    privateKey: "/etc/istio/tls-certs/tls.key",
                    serverCertificate: "/etc/istio/tls-certs/tls.crt",
                    caCertificates: "/etc/istio/tls-ca-certs/ca.crt",
                },
            });
        });

        it("issues ECDSA P-256 certificates with alternative names and one purpose each", () => {
            for (const { inputs } of made.ofType("tls:index/privateKey:PrivateKey")) {
                expect(inputs).to.deep.equal({ algorithm: "ECDSA", ecdsaCurve: "P256" });
            }
            const issued = (name: string) => made.get("tls:index/locallySignedCert:LocallySignedCert", name).inputs;
            expect(issued("shop-server-certificate")["allowedUses"]).to.deep.equal([
                "digital_signature",
                "server_auth",
            ]);
            expect(issued("shop-client-client-certificate")["allowedUses"]).to.deep.equal([
                "digital_signature",
                "client_auth",
            ]);
            const requested = (name: string) => made.get("tls:index/certRequest:CertRequest", name).inputs["dnsNames"];
            expect(requested("shop-server-request")).to.deep.equal([
                "shop.test.svc.cluster.local",
                "shop.test.svc",
                "shop.test",
            ]);
            expect(made.get("tls:index/certRequest:CertRequest", "shop-client-client-request").inputs).to.deep.include({
                subject: { commonName: "client.test.svc.cluster.local" },
                uris: ["spiffe://shop.test.svc.cluster.local/clients/client"],
            });
            expect(made.get("tls:index/selfSignedCert:SelfSignedCert", "shop-ca-certificate").inputs).to.deep.include({
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                subject: { commonName: "shop-ca" },
                validityPeriodHours: 87600,
                earlyRenewalHours: 8760,
            });
        });

        it("updates the Secrets in place: empty ones whose data the engine ignores, and patches of their data", () => {
            const server = made.get("kubernetes:core/v1:Secret", "shop-server-secret");
            expect(server.ignoreChanges).to.deep.equal(["data"]);
            expect(server.inputs["data"]).to.deep.equal(new Secret({ "tls.crt": "", "tls.key": "" }));
            const content = made.get("kubernetes:core/v1:SecretPatch", "shop-server-secret-content");
            expect(content.retainOnDelete).to.equal(true);
            expect(content.inputs["data"]).to.deep.equal(
                new Secret({
                    "tls.crt": base64("certificate of shop-server-certificate"),
                    "tls.key": base64("PKCS #8 key of shop-server-key"),
                }),
            );
            const ca = made.get("kubernetes:core/v1:SecretPatch", "shop-ca-secret-content").inputs["data"] as Secret;
            expect(Object.keys(ca.value as object)).to.deep.equal(["ca.crt"]);
        });

        it("keeps every private key secret in what the engine is told", () => {
            const plain = made.resources.map((resource) => `${resource.name} ${withoutSecrets(resource.inputs)}`);
            expect(plain.filter((text) => /key of|PRIVATE KEY/.test(text))).to.deep.equal([]);
        });

        it("gives the client its bundle, as a secret, and the url", async () => {
            expect(await valueOf(component.url)).to.equal("https://shop.test.svc.cluster.local:8443");
            expect(await valueOf(component.clientBundle)).to.deep.equal({
                caCertificatePem: (await mockAuthority).certificatePem,
                certificatePem: "certificate of shop-client-client-certificate",
                privateKeyPem: "PKCS #8 key of shop-client-client-key",
            });
            expect(await pulumi.isSecret(component.clientBundle)).to.equal(true);
            expect(await pulumi.isSecret(component.clientBundles)).to.equal(true);
            expect(await pulumi.isSecret(component.url)).to.equal(false);
            expect(await pulumi.isSecret(component.caCertificatePem)).to.equal(false);
            expect(await valueOf(component.notAfter)).to.deep.equal({
                certificateAuthority: "2040-01-01T00:00:00Z",
                server: "2030-01-01T00:00:00Z",
                clients: { client: "2030-01-01T00:00:00Z" },
            });
        });
    });

    it("can be previewed when namespace, image and CA come from resources that do not exist yet", async () => {
        const made = await record(
            () => {
                const authority = new CertificateAuthority("later");
                chain({
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
        it(`asks for a host name in TLS instead of a certificate in mode ${mode}, and for one on all other ports`, async () => {
            const made = await record(() => chain({ listeners: external({ mode, listenerPort: 9443 }) }));
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

    it("speaks TCP to the application with the protocol TLS, to the mesh as well", async () => {
        const made = await record(() => chain({ listeners: external({ protocol: "TLS" }) }));
        const { ingress } = made.get(istio.sidecar, "shop-sidecar").inputs["spec"] as {
            ingress: { port: { protocol: string } }[];
        };
        expect(ingress.map(({ port }) => port.protocol)).to.deep.equal(["TLS", "TCP"]);
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as {
            ports: { name: string }[];
        };
        expect(ports.map(({ name }) => name)).to.deep.equal(["tls", "tcp"]);
    });

    it("names a port of the Service that is not the ordinary one after its number", async () => {
        const made = await record(() => chain({ listeners: external({ servicePort: 443 }) }));
        const { ports } = made.get("kubernetes:core/v1:Service", "shop-service").inputs["spec"] as { ports: object[] };
        expect(ports).to.deep.equal([
            { name: "https-443", port: 443, targetPort: 9080 },
            { name: "http", port: 8080, targetPort: 9081 },
        ]);
    });

    it("lets in named clients alone, by the URIs of their certificates", async () => {
        let component: SidecarTlsTermination | undefined;
        const made = await record(() => {
            component = chain({
                clients: [{ name: "alice" }, { name: "bob", uri: "spiffe://example.com/partners/bob" }],
            });
        });
        const uris = ["spiffe://shop.test.svc.cluster.local/clients/alice", "spiffe://example.com/partners/bob"];
        const notPrincipals = uris.map((uri) => uri.slice("spiffe://".length));
        // Twice, so that the loss of neither object opens the port to others.
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

    it("guards the pods whatever labels they have, by one of its own that only they have", async () => {
        const made = await record(() => chain({ workload: { ...minimal.workload, labels: { app: "other" } } }));
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

    it("makes other pods for another revision, which have its sidecar", async () => {
        const made = await record(() => chain({ istiod: { revisions: ["canary", "default"] } }));
        const spec = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
            template: { metadata: { labels: object } };
        };
        expect(spec.template.metadata.labels).to.include({ "istio.io/rev": "canary" });
    });

    it("has everything that could open the port depend on the guard itself", async () => {
        const made = await record(() => chain({ clients: [{ name: "alice" }] }));
        const guards = ["shop-guard", "shop-second-guard"].map((name) => made.get(istio.guard, name).urn);
        const free = ["Namespace", "AuthorizationPolicy", "SecretPatch"];
        for (const resource of made.resources.filter(({ type }) => type.startsWith("kubernetes:"))) {
            if (!free.includes(resource.type.split(":")[2]!)) {
                expect(resource.dependencies, resource.name).to.include.members(guards);
            }
        }
    });

    it("leaves a namespace that exists alone", async () => {
        const made = await record(() => chain({ createNamespace: false }));
        expect(made.ofType("kubernetes:core/v1:Namespace")).to.deep.equal([]);
        expect(made.ofType("kubernetes:core/v1:NamespacePatch")).to.deep.equal([]);
        expect(made.ofType(istio.peerAuthentication).map(({ name }) => name)).to.deep.equal([
            "shop-port-peer-authentication",
        ]);
    });

    it("labels a namespace that exists, for the revision that serves it, when told to", async () => {
        const made = await record(() =>
            chain({ createNamespace: false, labelNamespace: true, istiod: { revisions: ["canary"] } }),
        );
        expect(made.get("kubernetes:core/v1:NamespacePatch", "shop-namespace").inputs["metadata"]).to.deep.equal({
            name: "test",
            labels: { "istio.io/rev": "canary" },
        });
    });

    it("leaves istiod to others when told to", async () => {
        const made = await record(() => chain({ istiod: { manageFeatureFlag: false } }));
        expect(made.ofType("istio-sidecar-tls:index:IstiodFeatureFlag")).to.deep.equal([]);
        expect(made.ofType("kubernetes:apps/v1:DeploymentPatch")).to.deep.equal([]);
    });

    it("leaves out the guard only under the name that says what it is", async () => {
        const made = await record(() => chain({ unsafeDisableGuard: true }));
        expect(made.ofType(istio.guard)).to.deep.equal([]);
    });

    it("signs with a CA given as plain text, and keeps its key secret", async () => {
        const given = await mockAuthority;
        const made = await record(() => chain({ certificateAuthority: given }));
        expect(made.ofType("istio-sidecar-tls:index:CertificateAuthority")).to.deep.equal([]);
        const server = made.get("tls:index/locallySignedCert:LocallySignedCert", "shop-server-certificate").inputs;
        expect(server["caCertPem"]).to.equal(given.certificatePem);
        expect(server["caPrivateKeyPem"]).to.deep.equal(new Secret(given.privateKeyPem));
        for (const { name, inputs } of made.resources) {
            expect(withoutSecrets(inputs), name).not.to.include("PRIVATE KEY");
        }
    });

    it("hands dependsOn and customTimeouts to every child", async () => {
        const made = await record(() => {
            const before = new Before("before");
            chain({}, { dependsOn: before, customTimeouts: { create: "7m" } });
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

function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}

function withoutSecrets(value: unknown): string {
    return JSON.stringify(value, (_key, item: unknown) => (item instanceof Secret ? "[secret]" : item));
}
