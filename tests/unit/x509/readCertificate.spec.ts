/** The view of a certificate. */
import { createPrivateKey } from "node:crypto";
import { expect } from "chai";
import { readCertificate } from "../../../components/x509/readCertificate";
import { type Pair, selfSigned, subordinate } from "../certificates";

describe("a certificate that is read", () => {
    let root: Pair;

    before(async () => {
        root = await selfSigned({ days: 30 });
    });

    it("has its names in one line, its dates, and whether it is a CA's", async () => {
        const { certificatePem } = await selfSigned({ ca: false, commonName: "shop,O=Shops" });
        const certificate = readCertificate(certificatePem)!;
        expect(certificate.subject).to.equal("CN=shop, O=Shops");
        expect(certificate.issuer).to.equal("CN=shop, O=Shops");
        expect(certificate.isAuthority).to.equal(false);
        const days = (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 86_400_000;
        expect(days).to.be.closeTo(40, 0.001);
        expect(readCertificate(root.certificatePem)!.isAuthority).to.equal(true);
    });

    it("knows its issuer and its private key", async () => {
        const partners = await subordinate(root);
        const [authority, certificate] = [root, partners].map(({ certificatePem }) => readCertificate(certificatePem)!);
        expect(certificate!.isIssuedBy(authority!)).to.equal(true);
        expect(authority!.isIssuedBy(certificate!)).to.equal(false);
        // The name of the issuer, but another key.
        const other = readCertificate((await selfSigned()).certificatePem)!;
        expect(certificate!.isIssuedBy(other)).to.equal(false);
        expect(certificate!.isForKey(createPrivateKey(partners.privateKeyPem))).to.equal(true);
        expect(certificate!.isForKey(createPrivateKey(root.privateKeyPem))).to.equal(false);
    });

    it("has no RSA key size for an ECDSA key, and no subject key identifier without the extension", () => {
        const certificate = readCertificate(root.certificatePem)!;
        expect(certificate.rsaBits).to.equal(undefined);
        expect(certificate.subjectKeyIdentifier).to.equal(undefined);
    });

    it("has the subject key identifier of the extension", async () => {
        const { certificatePem } = await selfSigned({ keyIdentifier: true });
        expect(readCertificate(certificatePem)!.subjectKeyIdentifier).to.match(/^[0-9a-f]{40}$/);
    });

    it("has an empty text as subject where it has SANs alone", async () => {
        const { certificatePem } = await selfSigned({ emptySubject: true });
        expect(readCertificate(certificatePem)).to.include({ subject: "", issuer: "" });
    });

    it("is undefined for any other text", () => {
        expect(readCertificate("")).to.equal(undefined);
        expect(readCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")).to.equal(undefined);
    });
});
