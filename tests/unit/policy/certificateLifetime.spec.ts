/** Certificates that are valid for longer than a limit. */
import { expect } from "chai";
import { selfSigned } from "../certificates";
import { Secret, unknownValue } from "../recording";
import { startAnalyzer, type TestResource } from "./analyzer";
import { object } from "./objects";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const year = 365 * 24;

describe("policy certificate-lifetime", () => {
    const analyzer = startAnalyzer();

    afterEach("reset the limits", () => analyzer.configure({}));

    async function messages(given: TestResource): Promise<string[]> {
        const found = await analyzer.findViolations([given]);
        return found.map(({ policy, level, message }) => {
            expect([policy, level]).to.deep.equal(["certificate-lifetime", "ADVISORY"]);
            return message.split("\n").at(-1)!;
        });
    }

    const consequence = (limit: string, hours: number) =>
        `more than ${limit} allows (${hours}). A stolen private key can be used until the certificate expires. Shorten the validity period, or raise ${limit}.`;

    const signed = (inputs: Record<string, unknown>): TestResource => ({
        type: "tls:index/locallySignedCert:LocallySignedCert",
        name: "certificate",
        inputs,
    });

    it("allows one year by default, and ten years for a CA, the defaults of this package", async () => {
        expect(await messages(signed({ validityPeriodHours: year }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: year + 1 }))).to.deep.equal([
            `LocallySignedCert "certificate" sets validityPeriodHours to ${year + 1} hours, ${consequence("maxValidityPeriodHours", year)}`,
        ]);
        const authority = (validityPeriodHours: number): TestResource => ({
            type: "tls:index/selfSignedCert:SelfSignedCert",
            name: "authority",
            inputs: { validityPeriodHours, isCaCertificate: true },
        });
        expect(await messages(authority(10 * year))).to.deep.equal([]);
        expect(await messages(authority(10 * year + 1))).to.deep.equal([
            `SelfSignedCert "authority" sets validityPeriodHours to ${10 * year + 1} hours, ${consequence("maxAuthorityValidityPeriodHours", 10 * year)}`,
        ]);
    });

    it("applies the limits of the configuration", async () => {
        const settings = { maxValidityPeriodHours: 24, maxAuthorityValidityPeriodHours: 48 };
        await analyzer.configure({ "certificate-lifetime": { level: "ADVISORY", settings } });
        expect(await messages(signed({ validityPeriodHours: 24 }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: 25 }))).to.have.length(1);
        expect(await messages(signed({ validityPeriodHours: 48, isCaCertificate: true }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: 49, isCaCertificate: true }))).to.have.length(1);
    });

    it("rejects an unknown setting", async () => {
        await analyzer.configure({ "certificate-lifetime": { level: "ADVISORY", settings: { maxHours: 24 } } });
        const rejection = await messages(signed({})).catch((error: unknown) => (error as Error).message);
        expect(rejection).to.include(
            "certificate-lifetime.maxHours: unknown property; expected one of maxValidityPeriodHours, maxAuthorityValidityPeriodHours",
        );
    });

    it("accepts a certificate with SANs alone, whose subject is empty", async () => {
        const { certificatePem } = await selfSigned({ ca: false, emptySubject: true });
        const data = new Secret({ "tls.crt": Buffer.from(certificatePem).toString("base64") });
        expect(await messages(object("v1", "Secret", "server", { data }))).to.deep.equal([]);
    });

    it("reports certificates in Secrets and ConfigMaps, for each value the one with the longest validity", async () => {
        // Valid from ten days before now.
        const [short, long, longer] = await Promise.all(
            [300, 400, 500].map((days) => selfSigned({ ca: false, days, commonName: `for ${days} days` })),
        );
        const bundle = `${long!.certificatePem}${longer!.certificatePem}${short!.certificatePem}`;
        expect(await messages(object("v1", "ConfigMap", "bundle", { data: { bundle } }))).to.deep.equal([
            `ConfigMap "bundle" holds a certificate of "CN=for 500 days" in data.bundle that is valid for ${510 * 24} hours, ${consequence("maxValidityPeriodHours", year)}`,
        ]);
        const data = new Secret({
            "tls.crt": base64(long!.certificatePem),
            "other.crt": base64(short!.certificatePem),
        });
        expect(await messages(object("v1", "Secret", "server", { data }))).to.deep.equal([
            `Secret "server" holds a certificate of "CN=for 400 days" in data["tls.crt"] that is valid for ${410 * 24} hours, ${consequence("maxValidityPeriodHours", year)}`,
        ]);
    });

    it("applies the limit for CAs to a CA's certificate", async () => {
        const pair = async (years: number) => selfSigned({ days: years * 365 - 10 });
        const inMap = async (years: number) =>
            messages(object("v1", "ConfigMap", "ca", { data: { "ca.crt": (await pair(years)).certificatePem } }));
        expect(await inMap(10)).to.deep.equal([]);
        expect(await inMap(11)).to.have.length(1);
    });

    it("reports durations of cert-manager Certificates", async () => {
        const certificate = (spec: object) => messages(object("cert-manager.io/v1", "Certificate", "server", { spec }));
        expect(await certificate({ duration: "8760h" })).to.deep.equal([]);
        expect(await certificate({ duration: "8760h0m1s" })).to.have.length(1);
        expect(await certificate({ duration: "8761h" })).to.deep.equal([
            `Certificate "server" sets spec.duration to 8761 hours, ${consequence("maxValidityPeriodHours", year)}`,
        ]);
        expect(await certificate({ duration: "17520h", isCA: true })).to.deep.equal([]);
        expect(await certificate({})).to.deep.equal([]);
    });

    it("parses durations as Go does", async () => {
        const certificate = (duration: string) =>
            messages(object("cert-manager.io/v1", "Certificate", "server", { spec: { duration } }));
        const within = [
            "8759h500ms",
            "8759h59m60s",
            "525600m",
            "8760.h",
            "8759h3599999999us",
            "8759h3599999999\u00b5s",
        ];
        // The API server rejects what Go does not accept.
        const none = ["x9000h", "9000h ", "9000", "9000h5", "9.0.0.0h", ""];
        for (const duration of [...within, ...none]) {
            expect(await certificate(duration), duration).to.deep.equal([]);
        }
        for (const duration of ["8760h1ms", "525600m1s", "8760.5h", "8760h500000\u03bcs", "31536001s", "8760h.5s"]) {
            expect(await certificate(duration), duration).to.have.length(1);
        }
    });

    it("ignores values that are unknown in a preview, and text that is not a certificate", async () => {
        expect(await messages(signed({ validityPeriodHours: unknownValue }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: 2 * year, isCaCertificate: unknownValue }))).to.deep.equal(
            [],
        );
        expect(await messages(object("v1", "Secret", "server", { data: unknownValue }))).to.deep.equal([]);
        const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        expect(await messages(object("v1", "ConfigMap", "files", { data: { broken } }))).to.deep.equal([]);
    });
});
