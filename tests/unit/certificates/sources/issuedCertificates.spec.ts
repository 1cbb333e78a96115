/** Certificates that the component issues: their names, who is trusted, and CA rotation. */
import { expect } from "chai";
import { type Pair, selfSigned, subordinate } from "../../certificates";
import { make, refusal } from "../../component";
import { type Secret, valueOf } from "../../recording";

describe("issued certificates", () => {
    describe("from one CA", () => {
        it("contain the names of the Service and the names in the arguments", async () => {
            const { made } = await make({
                externalHostNames: ["shop.example.com", "shop.test"],
                certificates: {
                    keyAlgorithm: "ECDSA-P384",
                    serverIpAddresses: ["192.0.2.7"],
                    serverUris: ["https://shop.example.com/"],
                    serverSubject: { organizationalUnit: "Shops", country: "DE" },
                },
            });
            const { inputs } = made.get("tls:index/certRequest:CertRequest", "shop-server-request");
            expect(inputs).to.deep.include({
                dnsNames: ["shop.test.svc.cluster.local", "shop.test.svc", "shop.test", "shop.example.com"],
                ipAddresses: ["192.0.2.7"],
                uris: ["https://shop.example.com/"],
                subject: { commonName: "shop.test.svc.cluster.local", organizationalUnit: "Shops", country: "DE" },
            });
            for (const { inputs: key } of made.ofType("tls:index/privateKey:PrivateKey")) {
                expect(key).to.deep.equal({ algorithm: "ECDSA", ecdsaCurve: "P384" });
            }
        });

        it("come from a CA whose certificate is renewed before one of them could outlive it", async () => {
            const { made } = await make({ certificates: { validityPeriodHours: 87600 } });
            const { inputs } = made.get("tls:index/selfSignedCert:SelfSignedCert", "shop-ca-certificate");
            expect(inputs).to.deep.include({ validityPeriodHours: 175200, earlyRenewalHours: 87600 });
        });

        it("are verified up to the root by clients, and up to the intermediate CA by the sidecar", async () => {
            const root = await selfSigned();
            const partners = await subordinate(root);
            const certificatePem = `${partners.certificatePem}${root.certificatePem}`;
            const { made, component } = await make({ certificateAuthority: { ...partners, certificatePem } });
            const server = made.get("tls:index/locallySignedCert:LocallySignedCert", "shop-server-certificate").inputs;
            expect(server["caCertPem"]).to.equal(partners.certificatePem);
            const content = (name: string) =>
                (made.get("kubernetes:core/v1:SecretPatch", name).inputs["data"] as Secret).value as object;
            const base64 = (text: string) => Buffer.from(text).toString("base64");
            expect(content("shop-ca-secret-content")).to.deep.equal({ "ca.crt": base64(partners.certificatePem) });
            expect(content("shop-server-secret-content")).to.include({
                "tls.crt": base64(`certificate of shop-server-certificate${partners.certificatePem}`),
            });
            expect(await valueOf(component.caCertificatePem)).to.equal(root.certificatePem);
        });

        it("reject an intermediate CA without its issuer's certificate, or with another one", async () => {
            const [root, other] = [await selfSigned(), await subordinate(await selfSigned())];
            const partners = await subordinate(root);
            expect(await refusal({ certificateAuthority: partners })).to.include(
                'the certificate of "CN=partners" was issued by "CN=tests", which clients must trust. Append the certificate',
            );
            const mixed = { ...partners, certificatePem: partners.certificatePem + other.certificatePem };
            expect(await refusal({ certificateAuthority: mixed })).to.include(
                'is followed by that of "CN=partners", which did not issue it',
            );
        });

        it("reject a private key in the CA certificate, which is an output in plaintext", async () => {
            const { certificatePem, privateKeyPem } = await selfSigned();
            const message = await refusal({
                certificateAuthority: { certificatePem: certificatePem + privateKeyPem, privateKeyPem },
            });
            expect(message).to.include(
                "certificateAuthority.certificatePem: contains a private key in addition to certificates",
            );
            expect(message).not.to.include(privateKeyPem.split("\n")[1]);
        });

        it("reject an expired root, and a certificate that cannot be read, anywhere in the CA chain", async () => {
            const root = await selfSigned({ days: -1 });
            const partners = await subordinate(root);
            const expired = { ...partners, certificatePem: partners.certificatePem + root.certificatePem };
            expect(await refusal({ certificateAuthority: expired })).to.include('of "CN=tests" expired on');
            const garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
            const unreadable = { ...partners, certificatePem: partners.certificatePem + garbage };
            expect(await refusal({ certificateAuthority: unreadable })).to.include(
                "certificateAuthority.certificatePem: is not an X.509 certificate in PEM form (number 2)",
            );
        });

        it("keep the key and the subject of their CA when the arguments change", async () => {
            const { made } = await make({});
            const kept = (type: string, name: string) => made.get(type, name).ignoreChanges;
            expect(kept("tls:index/privateKey:PrivateKey", "shop-ca-key")).to.have.members([
                "algorithm",
                "ecdsaCurve",
                "rsaBits",
            ]);
            expect(kept("tls:index/selfSignedCert:SelfSignedCert", "shop-ca-certificate")).to.deep.equal(["subject"]);
            expect(kept("tls:index/privateKey:PrivateKey", "shop-server-key")).to.deep.equal([]);
        });
    });

    describe("during a CA rotation", () => {
        let current: Pair;
        let next: Pair;

        before(async () => {
            [current, next] = [await selfSigned(), await selfSigned({ commonName: "next" })];
        });

        it("come from the next CA for clients and from the current one for the server, and both CAs are trusted", async () => {
            const { made, component } = await make({ certificateAuthority: current, nextCertificateAuthority: next });
            const issuer = (name: string) =>
                made.get("tls:index/locallySignedCert:LocallySignedCert", name).inputs["caCertPem"];
            expect(issuer("shop-server-certificate")).to.equal(current.certificatePem);
            expect(issuer("shop-client-client-certificate")).to.equal(next.certificatePem);
            const both = `${current.certificatePem}${next.certificatePem}`;
            const content = made.get("kubernetes:core/v1:SecretPatch", "shop-ca-secret-content").inputs[
                "data"
            ] as Secret;
            expect(content.value).to.deep.equal({ "ca.crt": Buffer.from(both).toString("base64") });
            expect(await valueOf(component.caCertificatePem)).to.equal(both);
            expect((await valueOf(component.clientBundle))!.caCertificatePem).to.equal(both);
            expect(JSON.stringify(made.resources)).not.to.include("PRIVATE KEY-----\\\\n");
        });

        it("reject two CAs that verifiers cannot tell apart", async () => {
            expect(
                await refusal({ certificateAuthority: current, nextCertificateAuthority: await selfSigned() }),
            ).to.include(
                'nextCertificateAuthority.certificatePem: has the same subject as certificateAuthority, "CN=tests", and no subject key identifier',
            );
        });

        it("come from two CAs of one subject if their key identifiers tell them apart", async () => {
            const next = await selfSigned({ keyIdentifier: true });
            const { made } = await make({ certificateAuthority: current, nextCertificateAuthority: next });
            const client = made.get("tls:index/locallySignedCert:LocallySignedCert", "shop-client-client-certificate");
            expect(client.inputs["caCertPem"]).to.equal(next.certificatePem);
        });

        it("reject one CA in both arguments", async () => {
            expect(await refusal({ certificateAuthority: current, nextCertificateAuthority: current })).to.include(
                "nextCertificateAuthority: is the same CA as certificateAuthority",
            );
        });
    });
});
