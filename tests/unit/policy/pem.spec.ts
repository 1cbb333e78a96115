/** Text that counts as a private key, and text that does not. */
import { performance } from "node:perf_hooks";
import { expect } from "chai";
import { hasPrivateKey } from "../../../components/x509/pem";
import { decodeBase64, findPrivateKeys } from "../../../policy/pem";
import { selfSigned } from "../certificates";

describe("PEM in strings", () => {
    const base64 = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
    const block = (content: string, kind = "PRIVATE KEY") =>
        `-----BEGIN ${kind}-----\n${content}\n-----END ${kind}-----\n`;
    const shortLines = block(base64.replace(/.{16}/g, "$&\n").trim());

    const keys: Readonly<Record<string, string>> = {
        "of Ed25519": block(base64),
        "with its algorithm in the heading": block(base64, "EC PRIVATE KEY"),
        "of OpenSSH": block(base64, "OPENSSH PRIVATE KEY"),
        "encrypted by OpenSSL": block("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nMIIE", "RSA PRIVATE KEY"),
        "with Windows line endings": block(base64).replaceAll("\n", "\r\n"),
        "on short lines": shortLines,
        "on short indented lines": shortLines.replace(/^/gm, "    "),
        "indented in YAML": block(base64).replace(/^/gm, "    "),
        "on one line": block(base64).replaceAll("\n", " "),
        "in JSON": JSON.stringify({ key: block(base64) }),
        "in JSON within JSON": JSON.stringify(JSON.stringify({ key: block(base64) })),
    };
    for (const [title, text] of Object.entries(keys)) {
        it(`holds a private key ${title}`, () => {
            expect(hasPrivateKey(`before\n${text}after`)).to.equal(true);
            expect(findPrivateKeys({ data: Buffer.from(text).toString("base64") })).to.deep.equal([["data"]]);
        });
    }

    it("holds a private key that WebCrypto exports", async () => {
        expect(hasPrivateKey((await selfSigned()).privateKeyPem)).to.equal(true);
    });

    const noKeys: Readonly<Record<string, string>> = {
        "the description of a resource definition":
            "PEM such as `-----BEGIN RSA PRIVATE KEY-----` followed by base64 encoded data",
        "a heading in running text": "after -----BEGIN PRIVATE KEY----- comes the base64 of the key, then its end",
        "a placeholder": block("YOUR KEY"),
        "a sentence instead of a key": block("put your own private key here in place of this line"),
        "an omitted key": block("..."),
        "a script": "sed -n '/-----BEGIN PRIVATE KEY-----/p' file",
    };
    for (const [title, text] of Object.entries(noKeys)) {
        it(`holds no private key in ${title}`, () => {
            expect(hasPrivateKey(text)).to.equal(false);
            expect(hasPrivateKey(JSON.stringify(text))).to.equal(false);
        });
    }

    it("is decoded from base64 with white space and padding", () => {
        for (const text of ["a", "ab", "abc"]) {
            const lines = ` ${Buffer.from(text).toString("base64").split("").join("\n")}\n `;
            expect(decodeBase64(lines)).to.include(text);
        }
    });

    it("is found in time that grows linearly with the length of the string", () => {
        const start = performance.now();
        expect(decodeBase64(`a${" ".repeat(300_000)}-`)).to.have.length(1);
        expect(performance.now() - start).to.be.lessThan(2000);
    });
});
