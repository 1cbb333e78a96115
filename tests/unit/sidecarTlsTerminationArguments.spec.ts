/** The component with further arguments, one at a time. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { CertificateAuthority, SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../..";
import { istio, minimal, withoutSecrets } from "./component";
import { mockAuthority, record, Secret, unknownValue } from "./recording";

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

    it("replaces the pods for another revision, whose sidecar they then have", async () => {
        const made = await record(() => create({ istiod: { revisions: ["canary", "default"] } }));
        const spec = made.get("kubernetes:apps/v1:Deployment", "shop-deployment").inputs["spec"] as {
            template: { metadata: { labels: object } };
        };
        expect(spec.template.metadata.labels).to.include({ "istio.io/rev": "canary" });
    });

    it("moves the pods to another revision once its istiod has the feature flag", async () => {
        const made = await record(() => create({ istiod: { revisions: ["canary", "default"] } }));
        const deployment = made.get("kubernetes:apps/v1:Deployment", "shop-deployment");
        for (const revision of ["canary", "default"]) {
            const flag = made.get("kubernetes:apps/v1:DeploymentPatch", `shop-feature-flag-${revision}`);
            expect(made.isBefore(flag, deployment), revision).to.equal(true);
        }
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

    it("changes the cluster one step after the other without a guard", async () => {
        const made = await record(() => create({ createNamespace: true, unsafeDisableGuard: true }));
        const steps = [
            made.get("kubernetes:core/v1:Namespace", "shop-namespace"),
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
