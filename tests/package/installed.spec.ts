/** The package where its users have it: installed from npm, compiled against, run under each Node, and started as a plugin. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as sources from "../..";
import { mustRun } from "../../lab/command";
import { type Pair, selfSigned } from "../unit/certificates";
import { Plugin } from "../unit/plugin/runs";
import { compile, installConsumer, installNode, writeProgram } from "./consumer";
import { pack, root } from "./pack";

/** What program.ts prints. */
interface Printed {
    readonly node: string;
    readonly exported: readonly string[];
    readonly url: string;
    readonly bundle: readonly string[];
    readonly resources: readonly string[];
}

const source = join(__dirname, "program.ts");

describe("the installed package", function () {
    this.timeout("3m");
    let folder: string;
    let consumer: string;
    let authority: Pair;
    const node: { [major: number]: string } = { 24: process.execPath };

    before("npm pack, and npm install into an empty folder", async () => {
        folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-installed-"));
        consumer = join(folder, "consumer");
        const { tarball } = await pack(folder);
        await installConsumer(consumer, tarball);
        node[22] = await installNode(join(folder, "node-22"), 22);
        authority = await selfSigned({ days: 10_000 });
        const files = [writeProgram(consumer, "cts"), writeProgram(consumer, "mts")];
        await compile(consumer, files, ["--module", "nodenext", "--outDir", "compiled"]);
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("type-checks with module node16, as CommonJS and as an ES module", async () => {
        const files = [writeProgram(consumer, "cts"), writeProgram(consumer, "mts")];
        await compile(consumer, files, ["--module", "node16", "--noEmit"]);
    });

    it("type-checks as a bundler resolves it", async () => {
        const bundler = ["--module", "esnext", "--moduleResolution", "bundler", "--noEmit"];
        await compile(consumer, [writeProgram(consumer, "ts")], bundler);
    });

    for (const major of [22, 24]) {
        for (const [how, program] of [
            ["require", "compiled/program.cjs"],
            ["import", "compiled/program.mjs"],
        ] as const) {
            it(`registers the resources that the sources register, under Node ${major} by ${how}`, async () => {
                const printed = await run(node[major]!, [program], consumer);
                const expected = await run(process.execPath, ["-r", "ts-node/register/transpile-only", source], root);
                expect(printed.node).to.match(new RegExp(`^v${major}\\.`));
                expect(printed.exported).to.include.members(Object.keys(sources));
                expect(printed.url).to.equal("https://httpbin.test.svc.cluster.local:8443");
                expect(printed.bundle).to.have.members(["caCertificatePem", "certificatePem", "privateKeyPem"]);
                expect(printed.resources).to.include("istio-sidecar-tls:index:SidecarTlsTermination httpbin");
                expect(printed.resources).to.have.members(expected.resources);
            });
        }

        it(`tells its schema as a plugin, under Node ${major}`, async () => {
            const folder = join(consumer, "node_modules", "istio-sidecar-tls");
            const plugin = await Plugin.start(folder, node[major], consumer);
            try {
                const schema: unknown = JSON.parse(await plugin.schema());
                expect(schema).to.deep.equal(JSON.parse(readFileSync(join(root, "schema.json"), "utf8")));
            } finally {
                await plugin.stop();
            }
        });
    }

    async function run(program: string, args: readonly string[], cwd: string): Promise<Printed> {
        const pair = [authority.certificatePem, authority.privateKeyPem];
        return JSON.parse(await mustRun(program, [...args, ...pair], { cwd })) as Printed;
    }
});
