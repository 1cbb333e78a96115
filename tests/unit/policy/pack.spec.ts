/** The pack as a whole: its name, its levels, and that this package's components violate no policy. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ConnectivityCheck, SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../../..";
import { external } from "../../listeners";
import { selfSigned } from "../certificates";
import { record } from "../recording";
import { formatLevel, packFolder, startAnalyzer, type Violation } from "./analyzer";

const read = (...path: string[]) =>
    JSON.parse(readFileSync(join(packFolder, ...path), "utf8")) as Record<string, string>;

describe("policy pack", () => {
    const analyzer = startAnalyzer();

    it("has the name and version of the package, and the levels that docs/policy.md lists", async () => {
        const info = await analyzer.getInfo();
        const { name, version } = read("..", "package.json");
        expect([info.getName(), info.getVersion()]).to.deep.equal([name, version]);
        const levels = info
            .getPoliciesList()
            .map((policy) => [policy.getName(), formatLevel(policy.getEnforcementlevel())]);
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

    it("accepts whole hours, at least one, as limits", async () => {
        const policies = (await analyzer.getInfo()).getPoliciesList();
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

    it("consists of two files and the built policies", () => {
        const { main, types } = read("package.json");
        expect([main, types].map((file) => existsSync(join(packFolder, file!)))).to.deep.equal([true, true]);
        expect(existsSync(join(packFolder, "PulumiPolicy.yaml"))).to.equal(true);
    });

    describe("reports no violation of a component", () => {
        const workload = { image: "example.com/application", port: 80 };
        const components: Readonly<Record<string, Partial<SidecarTlsTerminationArgs>>> = {
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
            "with existing Secrets": { existingSecrets: { server: "shop-tls" } },
            "with cert-manager": { certManager: { issuerName: "partners" } },
        };

        async function violations(args: Partial<SidecarTlsTerminationArgs>, preview: boolean): Promise<Violation[]> {
            const program = () => {
                const termination = new SidecarTlsTermination("shop", {
                    namespace: "test",
                    workload,
                    connectivityCheckClient: !args.existingSecrets,
                    ...args,
                });
                if (!args.existingSecrets) {
                    new ConnectivityCheck("shop", { target: termination.connectivityTarget });
                }
            };
            return analyzer.findViolations((await record(program, { preview })).resources);
        }

        for (const [title, args] of Object.entries(components)) {
            it(title, async () => {
                expect(await violations(args, false)).to.deep.equal([]);
            });
        }

        for (const title of ["with the defaults", "of mode SIMPLE", "for pods of another stack", "with cert-manager"]) {
            it(`${title}, with unknown values in a preview`, async () => {
                expect(await violations(components[title]!, true)).to.deep.equal([]);
            });
        }

        it("with a CA key in plaintext, which the component keeps as a secret", async () => {
            expect(await violations({ certificateAuthority: await selfSigned() }, false)).to.deep.equal([]);
        });

        it("except without a guard", async () => {
            const found = await violations({ unsafeDisableGuard: true }, false);
            expect(found.map(({ policy, resource }) => [policy, resource])).to.deep.equal([
                ["port-without-mtls", "shop-port-peer-authentication"],
            ]);
        });
    });
});
