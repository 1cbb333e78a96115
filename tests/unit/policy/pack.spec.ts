/** The pack as a whole: what it is called, what it makes of whom, and that it lets this package's own chains pass. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ConnectivityCheck, SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../../..";
import { external } from "../../listeners";
import { selfSigned } from "../certificates";
import { record } from "../recording";
import { levelOf, packFolder, policyAnalyzer, type Violation } from "./analyzer";

const read = (...path: string[]) =>
    JSON.parse(readFileSync(join(packFolder, ...path), "utf8")) as Record<string, string>;

describe("policy pack", () => {
    const analyzer = policyAnalyzer();

    it("has the package's name and version, and the levels of docs/policy.md", async () => {
        const info = await analyzer.info();
        const { name, version } = read("..", "package.json");
        expect([info.getName(), info.getVersion()]).to.deep.equal([name, version]);
        const levels = info
            .getPoliciesList()
            .map((policy) => [policy.getName(), levelOf(policy.getEnforcementlevel())]);
        expect(Object.fromEntries(levels)).to.deep.equal({
            "port-without-mtls": "MANDATORY",
            "sidecar-tls-mode": "MANDATORY",
            "private-key-in-plain-text": "MANDATORY",
            "private-key-outside-secret": "MANDATORY",
            "secret-values": "REMEDIATE",
            "certificate-lifetime": "ADVISORY",
            "selector-without-pods": "ADVISORY",
        });
        const documented = readFileSync(join(packFolder, "..", "docs", "policy.md"), "utf8");
        for (const [policy, level] of levels) {
            expect(documented).to.match(new RegExp(`^\\| \`${policy}\` +\\|.*\\| ${level!.toLowerCase()} +\\|$`, "m"));
        }
    });

    it("takes whole hours of at least one as limits", async () => {
        const policies = (await analyzer.info()).getPoliciesList();
        const lifetime = policies.find((policy) => policy.getName() === "certificate-lifetime")!;
        const settings = lifetime.getConfigschema()!.getProperties()!.toJavaScript() as Record<
            string,
            { type: string; minimum: number; default: number }
        >;
        const shown = Object.entries(settings).map(([name, { type, minimum, default: value }]) => [
            name,
            type,
            minimum,
            value,
        ]);
        expect(shown).to.have.deep.members([
            ["maxValidityPeriodHours", "integer", 1, 8760],
            ["maxAuthorityValidityPeriodHours", "integer", 1, 87600],
        ]);
    });

    it("is two files and what the build makes of the policies", () => {
        const { main, types } = read("package.json");
        expect([main, types].map((file) => existsSync(join(packFolder, file!)))).to.deep.equal([true, true]);
        expect(existsSync(join(packFolder, "PulumiPolicy.yaml"))).to.equal(true);
    });

    describe("has nothing against a chain", () => {
        const workload = { image: "example.com/application", port: 80 };
        const chains: Readonly<Record<string, Partial<SidecarTlsTerminationArgs>>> = {
            "with the defaults": {},
            "with its namespace": { createNamespace: true },
            "of mode OPTIONAL_MUTUAL": { listeners: external({ mode: "OPTIONAL_MUTUAL" }) },
            "of mode SIMPLE": { listeners: external({ mode: "SIMPLE" }) },
            "of protocol TLS": { listeners: external({ protocol: "TLS", listenerPort: 9443 }) },
            "with named clients": { clients: [{ name: "alice" }, { name: "bob", uri: "spiffe://example.com/bob" }] },
            "for one version of a workload": { workload: { ...workload, labels: { app: "shop" }, version: "v2" } },
            "with several pods": { workload: { ...workload, replicas: 3 } },
            "with the sidecar's container": { certificateMounts: "container" },
            "for pods of another stack": {
                workload: undefined,
                existingWorkload: { selector: { app: "shop" }, port: 80 },
            },
            "for a Service of another stack": {
                workload: undefined,
                existingWorkload: { selector: { app: "shop" }, port: 80 },
                existingService: "shop",
            },
            "with Secrets that exist": { existingSecrets: { server: "shop-tls" } },
            "with cert-manager": { certManager: { issuerName: "partners" } },
        };

        async function violations(args: Partial<SidecarTlsTerminationArgs>, preview: boolean): Promise<Violation[]> {
            const program = () => {
                const chain = new SidecarTlsTermination("shop", {
                    namespace: "test",
                    workload,
                    connectivityCheckClient: !args.existingSecrets,
                    ...args,
                });
                if (!args.existingSecrets) {
                    new ConnectivityCheck("shop", { target: chain.connectivityTarget });
                }
            };
            return analyzer.violations((await record(program, { preview })).resources);
        }

        for (const [title, args] of Object.entries(chains)) {
            it(title, async () => {
                expect(await violations(args, false)).to.deep.equal([]);
            });
        }

        for (const title of ["with the defaults", "of mode SIMPLE", "for pods of another stack", "with cert-manager"]) {
            it(`${title}, of which a preview does not know all`, async () => {
                expect(await violations(chains[title]!, true)).to.deep.equal([]);
            });
        }

        it("that is given a CA's key in plain text, which it keeps as a secret", async () => {
            expect(await violations({ certificateAuthority: await selfSigned() }, false)).to.deep.equal([]);
        });

        it("but that it has no guard", async () => {
            const found = await violations({ unsafeDisableGuard: true }, false);
            expect(found.map(({ policy, resource }) => [policy, resource])).to.deep.equal([
                ["port-without-mtls", "shop-port-peer-authentication"],
            ]);
        });
    });
});
