/** Certificates that live longer than a limit. */
import { expect } from "chai";
import { selfSigned } from "../certificates";
import { Secret, unknownValue } from "../recording";
import { type Given, policyAnalyzer } from "./analyzer";
import { object } from "./objects";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const year = 365 * 24;

describe("policy certificate-lifetime", () => {
    const analyzer = policyAnalyzer();

    afterEach("the pack's own limits", () => analyzer.configure({}));

    async function messages(given: Given): Promise<string[]> {
        const found = await analyzer.violations([given]);
        return found.map(({ policy, level, message }) => {
            expect([policy, level]).to.deep.equal(["certificate-lifetime", "ADVISORY"]);
            return message.split("\n").at(-1)!;
        });
    }

    const signed = (inputs: Record<string, unknown>): Given => ({
        type: "tls:index/locallySignedCert:LocallySignedCert",
        name: "certificate",
        inputs,
    });

    it("is a year by default, and ten for a CA, as this package makes them", async () => {
        expect(await messages(signed({ validityPeriodHours: year }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: year + 1 }))).to.deep.equal([
            `validityPeriodHours: ${year + 1} hours are longer than maxValidityPeriodHours allows, ${year}`,
        ]);
        const authority = (validityPeriodHours: number): Given => ({
            type: "tls:index/selfSignedCert:SelfSignedCert",
            name: "authority",
            inputs: { validityPeriodHours, isCaCertificate: true },
        });
        expect(await messages(authority(10 * year))).to.deep.equal([]);
        expect(await messages(authority(10 * year + 1))).to.deep.equal([
            `validityPeriodHours: ${10 * year + 1} hours are longer than maxAuthorityValidityPeriodHours allows, ${10 * year}`,
        ]);
    });

    it("is what the configuration says", async () => {
        const settings = { maxValidityPeriodHours: 24, maxAuthorityValidityPeriodHours: 48 };
        await analyzer.configure({ "certificate-lifetime": { level: "ADVISORY", settings } });
        expect(await messages(signed({ validityPeriodHours: 24 }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: 25 }))).to.have.length(1);
        expect(await messages(signed({ validityPeriodHours: 48, isCaCertificate: true }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: 49, isCaCertificate: true }))).to.have.length(1);
    });

    it("refuses a setting that there is not", async () => {
        await analyzer.configure({ "certificate-lifetime": { level: "ADVISORY", settings: { maxHours: 24 } } });
        const refusal = await messages(signed({})).catch((error: unknown) => (error as Error).message);
        expect(refusal).to.include(
            "certificate-lifetime.maxHours: there is no such argument here; known are maxValidityPeriodHours, maxAuthorityValidityPeriodHours",
        );
    });

    it("holds for certificates in Secrets and ConfigMaps, of each value the longest", async () => {
        // Valid since ten days before they were made.
        const [short, long, longer] = await Promise.all(
            [300, 400, 500].map((days) => selfSigned({ ca: false, days, commonName: `for ${days} days` })),
        );
        const bundle = `${long!.certificatePem}${longer!.certificatePem}${short!.certificatePem}`;
        expect(await messages(object("v1", "ConfigMap", "bundle", { data: { bundle } }))).to.deep.equal([
            `data.bundle: the certificate of "CN=for 500 days" is valid for ${510 * 24} hours, longer than maxValidityPeriodHours allows, ${year}`,
        ]);
        const data = new Secret({
            "tls.crt": base64(long!.certificatePem),
            "other.crt": base64(short!.certificatePem),
        });
        expect(await messages(object("v1", "Secret", "server", { data }))).to.deep.equal([
            `data["tls.crt"]: the certificate of "CN=for 400 days" is valid for ${410 * 24} hours, longer than maxValidityPeriodHours allows, ${year}`,
        ]);
    });

    it("is a CA's for a CA's certificate", async () => {
        const pair = async (years: number) => selfSigned({ days: years * 365 - 10 });
        const inMap = async (years: number) =>
            messages(object("v1", "ConfigMap", "ca", { data: { "ca.crt": (await pair(years)).certificatePem } }));
        expect(await inMap(10)).to.deep.equal([]);
        expect(await inMap(11)).to.have.length(1);
    });

    it("holds for what cert-manager is asked for", async () => {
        const certificate = (spec: object) => messages(object("cert-manager.io/v1", "Certificate", "server", { spec }));
        expect(await certificate({ duration: "8760h" })).to.deep.equal([]);
        expect(await certificate({ duration: "8760h0m1s" })).to.have.length(1);
        expect(await certificate({ duration: "17520h", isCA: true })).to.deep.equal([]);
        expect(await certificate({})).to.deep.equal([]);
    });

    it("reads durations as Go does", async () => {
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
        // What Go does not take, the API server refuses.
        const none = ["x9000h", "9000h ", "9000", "9000h5", "9.0.0.0h", ""];
        for (const duration of [...within, ...none]) {
            expect(await certificate(duration), duration).to.deep.equal([]);
        }
        for (const duration of ["8760h1ms", "525600m1s", "8760.5h", "8760h500000\u03bcs", "31536001s", "8760h.5s"]) {
            expect(await certificate(duration), duration).to.have.length(1);
        }
    });

    it("says nothing of what a preview does not know, and of what is no certificate", async () => {
        expect(await messages(signed({ validityPeriodHours: unknownValue }))).to.deep.equal([]);
        expect(await messages(signed({ validityPeriodHours: 2 * year, isCaCertificate: unknownValue }))).to.deep.equal(
            [],
        );
        expect(await messages(object("v1", "Secret", "server", { data: unknownValue }))).to.deep.equal([]);
        const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        expect(await messages(object("v1", "ConfigMap", "files", { data: { broken } }))).to.deep.equal([]);
    });
});
