/** PEM texts: which are certificates, and how blocks are decoded. */
import { expect } from "chai";
import { certificatesPem, decodePem, splitCertificates } from "../../../components/x509/pem";
import { revocationList, selfSigned } from "../certificates";

const block = (type: string, lines: string) => `-----BEGIN ${type}-----\n${lines}\n-----END ${type}-----\n`;

describe("PEM texts", () => {
    it("keep their certificates byte for byte, with any white space", () => {
        const oneLine = "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----";
        const windows = "-----BEGIN CERTIFICATE-----\r\nAA AA\r\n-----END CERTIFICATE-----";
        expect(splitCertificates(`# comment\n${oneLine}\n${block("X509 CRL", "AAAA")}${windows}\r\n`)).to.deep.equal([
            oneLine,
            windows,
        ]);
        expect(splitCertificates(undefined)).to.deep.equal([]);
    });

    it("are accepted as certificates only without anything else", async () => {
        const { certificatePem, privateKeyPem } = await selfSigned();
        expect(certificatesPem(certificatePem + certificatePem, "ca")).to.deep.equal([]);
        for (const [other, says] of [
            [privateKeyPem, "contains a private key"],
            [block("CERTIFICATE REQUEST", "AAAA"), "must contain only certificates in PEM form"],
            ["text", "must contain only certificates in PEM form"],
        ] as const) {
            const [problem, ...further] = certificatesPem(certificatePem + other, "ca");
            expect(problem).to.include({ propertyPath: "ca", kind: "invalid" });
            expect(problem!.reason).to.include(says);
            expect(problem).not.to.have.property("shown");
            expect(further).to.deep.equal([]);
        }
    });

    it("are decoded without their headers, and blocks that are not lines of base64 are ignored", () => {
        const encrypted = block("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES,\n  continued\n\nAAAA\nAAA=");
        expect(decodePem(`${encrypted}${block("X", "#")}${block("Y", "AAAA").replace(/\n/g, "\r\n")}`)).to.deep.equal([
            { type: "RSA PRIVATE KEY", der: Buffer.alloc(5) },
            { type: "Y", der: Buffer.alloc(3) },
        ]);
        expect(() => decodePem(block("X", "AAA"))).to.throw("malformed base64");
        expect(decodePem(5)).to.deep.equal([]);
    });

    it("are decoded in time even if a block of ambiguous headers is never closed", async () => {
        const lists = (await revocationList(await selfSigned())).repeat(200);
        const headers = `-----BEGIN X-----\n${" a: b\n".repeat(50_000)}`;
        expect(decodePem(lists + headers)).to.have.length(200);
    });
});
