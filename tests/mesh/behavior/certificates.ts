/** Private keys and certificates of the tls plugin. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { changed, operationsOn, stepOn } from "../steps";
import { runId } from "./declarations";

function key(name: string, args: object): Declared {
    return { name, type: "tls.PrivateKey", args };
}

const from = (resource: string, property: string): object => ({ from: [resource, property] });

function leaf(name: string, args: object): Declared {
    return {
        name,
        type: "tls.LocallySignedCert",
        args: {
            certRequestPem: from("request", "certRequestPem"),
            caCertPem: from("authority", "certPem"),
            caPrivateKeyPem: from("rsa", "privateKeyPem"),
            allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
            ...args,
        },
    };
}

function resources({ commonName = "server.example.com", earlyRenewalHours = 1 } = {}): Declared[] {
    return [
        key("rsa", { algorithm: "RSA" }),
        key("ecdsa", { algorithm: "ECDSA", ecdsaCurve: "P256" }),
        key("ed25519", { algorithm: "ED25519" }),
        {
            name: "authority",
            type: "tls.SelfSignedCert",
            args: {
                privateKeyPem: from("rsa", "privateKeyPem"),
                isCaCertificate: true,
                validityPeriodHours: 24,
                allowedUses: ["cert_signing", "crl_signing"],
                subject: { commonName: "example.com", organization: "example Inc." },
            },
        },
        {
            name: "request",
            type: "tls.CertRequest",
            args: {
                privateKeyPem: from("ecdsa", "privateKeyPem"),
                subject: { commonName, organization: "example" },
                dnsNames: ["server.example.com"],
                ipAddresses: ["192.0.2.1"],
                uris: ["spiffe://cluster.local/ns/test/sa/server"],
            },
        },
        leaf("certificate", { validityPeriodHours: 12, earlyRenewalHours }),
        // In its renewal window from the start.
        leaf("due", { validityPeriodHours: 2, earlyRenewalHours: 2 }),
    ];
}

const outputs = Object.fromEntries(
    [
        ["rsa", "privateKeyPem"],
        ["ecdsa", "privateKeyPem"],
        ["ecdsa", "privateKeyPemPkcs8"],
        ["ecdsa", "publicKeyPem"],
        ["ed25519", "privateKeyPem"],
        ["authority", "certPem"],
        ["certificate", "certPem"],
        ["certificate", "validityStartTime"],
        ["certificate", "validityEndTime"],
    ].map(([resource, property]) => [`${resource!}.${property!}`, { from: [resource!, property!] as const }]),
);

export function describeCertificates(cluster: () => Cluster): void {
    describe("keys and certificates", function () {
        this.timeout("2m");
        const folder = mkdtempSync(join(tmpdir(), "behavior-certificates-"));
        let stack: DeclaredStack;
        let issued: Readonly<Record<string, string>>;
        let printed: string;

        before(async () => {
            stack = await declaredStack(cluster(), `certificates-${runId}`, outputs);
            const { stdout, stderr } = await stack.mustRun("up", resources());
            printed = stdout + stderr;
            issued = (await stack.outputs()) as Record<string, string>;
            for (const [name, content] of Object.entries(issued)) {
                writeFileSync(join(folder, name), content);
            }
        });

        after(() => {
            rmSync(folder, { recursive: true });
            stack.forget();
        });

        const openssl = (...args: readonly string[]): string =>
            execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

        it("private keys are in PKCS #1, SEC 1, and PKCS #8 form, and end with a newline", () => {
            const heading = (name: string): string | undefined =>
                /^-----BEGIN (.*)-----\n[^]*-----\n$/.exec(issued[name]!)?.[1];
            expect(heading("rsa.privateKeyPem")).to.equal("RSA PRIVATE KEY");
            expect(heading("ecdsa.privateKeyPem")).to.equal("EC PRIVATE KEY");
            expect(heading("ecdsa.privateKeyPemPkcs8")).to.equal("PRIVATE KEY");
            expect(heading("ed25519.privateKeyPem")).to.equal("PRIVATE KEY");
            const publicKey = openssl("pkey", "-in", "ecdsa.privateKeyPem", "-pubout");
            expect(publicKey).to.equal(issued["ecdsa.publicKeyPem"]);
            expect(openssl("pkey", "-in", "ecdsa.privateKeyPemPkcs8", "-pubout")).to.equal(publicKey);
        });

        it("a certificate has the names of its request and the usages that its issuer sets", () => {
            const verified = openssl("verify", "-CAfile", "authority.certPem", "certificate.certPem");
            expect(verified.trim()).to.equal("certificate.certPem: OK");
            const text = openssl("x509", "-in", "certificate.certPem", "-noout", "-text");
            for (const part of [
                /Subject: O = example, CN = server\.example\.com/,
                /DNS:server\.example\.com, IP Address:192\.0\.2\.1, URI:spiffe:\/\/cluster\.local\/ns\/test\/sa\/server/,
                /X509v3 Key Usage: critical\s+Digital Signature, Key Encipherment\n/,
                /X509v3 Extended Key Usage: *\n\s+TLS Web Server Authentication\n/,
                /CA:FALSE/,
                /X509v3 Authority Key Identifier/,
            ]) {
                expect(text).to.match(part);
            }
            expect(openssl("x509", "-in", "authority.certPem", "-noout", "-text")).to.match(/CA:TRUE/);
        });

        it("a certificate is valid for the requested duration", () => {
            const [start, end] = ["certificate.validityStartTime", "certificate.validityEndTime"].map((name) =>
                Date.parse(issued[name]!),
            );
            expect(end! - start!).to.equal(12 * 3_600_000);
            const notAfter = openssl("x509", "-in", "certificate.certPem", "-noout", "-enddate").replace(
                "notAfter=",
                "",
            );
            expect(Math.abs(Date.parse(notAfter) - end!)).to.be.lessThan(1000);
        });

        it("private keys are secret: never printed, and encrypted in the state", async () => {
            const state = JSON.stringify(await stack.stack.export());
            for (const text of [state, printed]) {
                expect(text).not.to.match(/BEGIN [A-Z ]*PRIVATE KEY/);
            }
            expect(printed).to.include("[secret]");
        });

        it("the next run replaces a certificate in its renewal window, and nothing else", async () => {
            const { steps } = await stack.mustRun("preview", resources());
            expect(stepOn(steps, "due", "replace")).to.deep.include({ replacesFor: ["readyForRenewal"], changes: {} });
            expect(new Set(changed(steps).map(({ name }) => name))).to.deep.equal(new Set(["due"]));
        });

        it("a changed subject replaces the CSR and the certificate; a changed renewal time updates in place", async () => {
            const next = resources({ commonName: "other.example.com", earlyRenewalHours: 3 });
            const { steps } = await stack.mustRun("preview", next);
            expect(operationsOn(steps, "request")).to.include("replace");
            expect(operationsOn(steps, "certificate")).to.include("replace");
            expect(operationsOn(steps, "authority")).to.deep.equal(["same"]);
            const later = await stack.mustRun("preview", resources({ earlyRenewalHours: 3 }));
            expect(operationsOn(later.steps, "certificate")).to.deep.equal(["update"]);
        });

        it("a refresh keeps the certificates, and destroy leaves nothing", async () => {
            await stack.mustRun("refresh", resources());
            expect((await stack.outputs())["certificate.certPem"]).to.equal(issued["certificate.certPem"]);
            await stack.mustRun("destroy", []);
            expect(await stack.stack.hasResources()).to.equal(false);
        });
    });
}
