/** The component with its required arguments: every resource, in an order that never exposes the port. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { SidecarTlsTermination } from "../..";
import { istio, make, withoutSecrets } from "./component";
import { mockAuthority, type Recording, Secret, valueOf } from "./recording";

describe("SidecarTlsTermination", () => {
    describe("with the required arguments", () => {
        let made: Recording;
        let component: SidecarTlsTermination;

        before(async () => {
            ({ made, component } = await make({ createNamespace: true }));
        });

        it("gives every object a name with the name of the component", () => {
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

        it("starts the pods when they find their Secrets and policies, and stops them before those", () => {
            const deployment = made.get("kubernetes:apps/v1:Deployment", "shop-deployment");
            const needed = [
                made.get("kubernetes:core/v1:SecretPatch", "shop-server-secret-content"),
                made.get("kubernetes:core/v1:SecretPatch", "shop-ca-secret-content"),
                made.get(istio.peerAuthentication, "shop-namespace-peer-authentication"),
                made.get(istio.peerAuthentication, "shop-port-peer-authentication"),
                made.get(istio.sidecar, "shop-sidecar"),
                made.get("kubernetes:core/v1:ServiceAccount", "shop-service-account"),
            ];
            expect(deployment.dependencies).to.include.members(needed.map(({ urn }) => urn));
        });

        it("terminates TLS only where mesh mTLS is required on all other ports", () => {
            const policies = ["shop-namespace-peer-authentication", "shop-port-peer-authentication"].map(
                (name) => made.get(istio.peerAuthentication, name).urn,
            );
            expect(made.get(istio.sidecar, "shop-sidecar").dependencies).to.include.members(policies);
        });

        it("restarts istiod beside everything that the guard covers, except the pods", () => {
            const flag = made.get("kubernetes:apps/v1:DeploymentPatch", "shop-feature-flag-default");
            const waiting = made.resources.filter((resource) => made.isBefore(flag, resource));
            expect(waiting.map(({ name }) => name)).to.deep.equal(["shop-deployment"]);
            const service = made.get("kubernetes:core/v1:Service", "shop-service");
            expect(made.isBefore(made.get("kubernetes:apps/v1:Deployment", "shop-deployment"), service)).to.equal(
                false,
            );
        });

        it("denies every request without a certificate of the client CA or of the mesh", () => {
            expect(made.get(istio.guard, "shop-guard").inputs["spec"]).to.deep.equal({
                selector: { matchLabels: { "istio-sidecar-tls/chain": "shop" } },
                action: "DENY",
                rules: [
                    { from: [{ source: { notPrincipals: ["*"] } }] },
                    { from: [{ source: { namespaces: ["*"] } }], to: [{ operation: { ports: ["9080"] } }] },
                ],
            });
        });

        it("keeps a terminating pod serving, and makes a pod ready once its application listens", () => {
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

        it("issues ECDSA P-256 certificates with SANs and one extended key usage each", () => {
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

        it("updates Secrets in place: empty Secrets whose data the engine ignores, and patches of their data", () => {
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

        it("registers every private key as a secret", () => {
            const plain = made.resources.map((resource) => `${resource.name} ${withoutSecrets(resource.inputs)}`);
            expect(plain.filter((text) => /key of|PRIVATE KEY/.test(text))).to.deep.equal([]);
        });

        it("returns the bundle of the client, as a secret, and the url", async () => {
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
});

function base64(text: string): string {
    return Buffer.from(text).toString("base64");
}
