/** Certificates that are made here: whose they are, who is trusted, and how one CA takes over from another. */
import { expect } from "chai";
import { type Pair, selfSigned, subordinate } from "../../certificates";
import { make, refusal } from "../../component";
import { Secret, valueOf } from "../../recording";

describe("certificates", () => {
    describe("made here", () => {
        it("are for the Service's names and for those that are given", async () => {
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

        it("have a CA that is renewed before what it has signed could outlive it", async () => {
            const { made } = await make({ certificates: { validityPeriodHours: 87600 } });
            const { inputs } = made.get("tls:index/selfSignedCert:SelfSignedCert", "shop-ca-certificate");
            expect(inputs).to.deep.include({ validityPeriodHours: 175200, earlyRenewalHours: 87600 });
        });

        it("are trusted up to a root by clients, and by the sidecar as far as their own CA", async () => {
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

        it("refuse a CA below another one whose certificate is missing, or is another's", async () => {
            const [root, other] = [await selfSigned(), await subordinate(await selfSigned())];
            const partners = await subordinate(root);
            expect(await refusal({ certificateAuthority: partners })).to.include(
                'the certificate of "CN=partners" is issued by "CN=tests", which clients have to know: let that',
            );
            const mixed = { ...partners, certificatePem: partners.certificatePem + other.certificatePem };
            expect(await refusal({ certificateAuthority: mixed })).to.include(
                'is followed by that of "CN=partners", which has not issued it',
            );
        });

        it("refuse a private key beside the CA's certificate, which is given out", async () => {
            const { certificatePem, privateKeyPem } = await selfSigned();
            const message = await refusal({
                certificateAuthority: { certificatePem: certificatePem + privateKeyPem, privateKeyPem },
            });
            expect(message).to.include(
                "certificateAuthority.certificatePem: holds a private key beside the certificate",
            );
            expect(message).not.to.include(privateKeyPem.split("\n")[1]);
        });

        it("refuse a root that has expired, and a certificate that cannot be read, anywhere in the chain", async () => {
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

        it("keep key and subject of their CA, whatever the arguments become", async () => {
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

    describe("while one CA takes over from another", () => {
        let current: Pair;
        let next: Pair;

        before(async () => {
            [current, next] = [await selfSigned(), await selfSigned({ commonName: "next" })];
        });

        it("trust both, give clients certificates of the next and the server one of the present", async () => {
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

        it("refuse two that verifiers could not tell apart", async () => {
            expect(
                await refusal({ certificateAuthority: current, nextCertificateAuthority: await selfSigned() }),
            ).to.include(
                'nextCertificateAuthority.certificatePem: has the subject of certificateAuthority, "CN=tests", and no subject key identifier',
            );
        });

        it("refuse the same CA for both", async () => {
            expect(await refusal({ certificateAuthority: current, nextCertificateAuthority: current })).to.include(
                "nextCertificateAuthority: is certificateAuthority already",
            );
        });
    });
});
