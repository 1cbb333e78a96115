/** Certificates that the component does not issue: in existing Secrets, and from cert-manager. */
import { expect } from "chai";
import { external } from "../../../listeners";
import { make } from "../../component";
import { valueOf } from "../../recording";

const partnersUri = "spiffe://example.com/partners/acme";

describe("certificates from other sources", () => {
    describe("in existing Secrets", () => {
        it("are mounted, and none of their content is registered", async () => {
            const { made, component } = await make({
                existingSecrets: { server: "shop-tls", certificateAuthority: "partners-ca" },
                clients: [{ name: "acme", uri: partnersUri }],
            });
            expect(made.resources.filter(({ type }) => /^tls:|Secret/.test(type))).to.deep.equal([]);
            const volumes = JSON.parse(
                (await valueOf(component.podAnnotations))["sidecar.istio.io/userVolume"]!,
            ) as object;
            expect(volumes).to.deep.equal({
                "tls-secret": { secret: { secretName: "shop-tls" } },
                "tls-ca-secret": { secret: { secretName: "partners-ca" } },
            });
            const guard = made.get("kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-guard").inputs["spec"];
            expect(JSON.stringify(guard)).to.include('"notPrincipals":["example.com/partners/acme"]');
            expect(await valueOf(component.clientBundle)).to.equal(undefined);
            expect(await valueOf(component.clientBundles)).to.deep.equal({});
            expect(await valueOf(component.notAfter)).to.deep.equal({ clients: {} });
        });

        it("mount only ca.crt of a Secret that also contains the private key", async () => {
            const { component } = await make({ existingSecrets: { server: "shop-tls" } });
            const volumes = JSON.parse(
                (await valueOf(component.podAnnotations))["sidecar.istio.io/userVolume"]!,
            ) as object;
            expect(volumes).to.deep.include({
                "tls-ca-secret": { secret: { secretName: "shop-tls", items: [{ key: "ca.crt", path: "ca.crt" }] } },
            });
        });
    });

    it("from cert-manager are the server's only if no listener requests client certificates", async () => {
        const { made, component } = await make({
            certManager: { issuerName: "public" },
            listeners: external({ mode: "SIMPLE" }),
        });
        expect(made.ofType("kubernetes:cert-manager.io/v1:Certificate").map(({ name }) => name)).to.deep.equal([
            "shop-cert-manager-server-certificate",
        ]);
        expect(await valueOf(component.clientBundle)).to.equal(undefined);
        const volumes = JSON.parse((await valueOf(component.podAnnotations))["sidecar.istio.io/userVolume"]!) as object;
        expect(volumes).to.have.nested.property("tls-ca-secret.secret.optional", true);
    });

    it("from cert-manager are Certificates of the server and clients, each with its Secret", async () => {
        const { made } = await make({
            certManager: { issuerName: "partners", issuerKind: "ClusterIssuer" },
            certificates: { keyAlgorithm: "RSA-3072", validityPeriodHours: 2160 },
            externalHostNames: ["shop.example.com"],
            clients: [{ name: "alice", subject: { organization: "Alice" } }],
        });
        expect(made.resources.filter(({ type }) => type.startsWith("tls:"))).to.deep.equal([]);
        const certificates = made.ofType("kubernetes:cert-manager.io/v1:Certificate");
        expect(certificates.map(({ name }) => name)).to.deep.equal([
            "shop-cert-manager-server-certificate",
            "shop-cert-manager-client-alice-certificate",
        ]);
        const common = {
            issuerRef: { name: "partners", kind: "ClusterIssuer", group: "cert-manager.io" },
            duration: "2160h",
            renewBefore: "216h",
            privateKey: { algorithm: "RSA", size: 3072, encoding: "PKCS8", rotationPolicy: "Always" },
            revisionHistoryLimit: 1,
        };
        expect(certificates.map(({ inputs }) => inputs["spec"])).to.deep.equal([
            {
                ...common,
                secretName: "shop-server-cert-manager",
                commonName: "shop.test.svc.cluster.local",
                dnsNames: ["shop.test.svc.cluster.local", "shop.test.svc", "shop.test", "shop.example.com"],
                usages: ["digital signature", "key encipherment", "server auth"],
            },
            {
                ...common,
                secretName: "shop-client-alice",
                commonName: "alice.test.svc.cluster.local",
                subject: { organizations: ["Alice"] },
                uris: ["spiffe://shop.test.svc.cluster.local/clients/alice"],
                usages: ["digital signature", "key encipherment", "client auth"],
            },
        ]);
        for (const { inputs } of certificates) {
            expect((inputs["metadata"] as { annotations: object }).annotations).to.deep.equal({
                "pulumi.com/waitFor": "condition=Ready",
            });
        }
        for (const { name, inputs } of made.ofType("kubernetes:core/v1:Secret")) {
            const certificate = certificates.find((one) => one.name === name.replace(/-secret$/, "-certificate"))!;
            expect(inputs["data"], name).to.equal(undefined);
            expect(made.isBefore(made.get("kubernetes:core/v1:Secret", name), certificate)).to.equal(true);
        }
        const deployment = made.get("kubernetes:apps/v1:Deployment", "shop-deployment");
        expect(made.isBefore(certificates[0]!, deployment)).to.equal(true);
    });
});
