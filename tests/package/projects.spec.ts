/**
 * The package in projects as `pulumi new` lays them out: does the program of the README start, whichever TypeScript the project
 * has? The package's own TypeScript is a dependency, so a project without one compiles its program with it: package.json
 * keeps it below 6, which refuses `moduleResolution: node`.
 *
 * The short form has each pair of layout, TypeScript and package manager, and what has failed before; PROJECTS=long has all
 * combinations and more checks of each.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runCommand } from "../../lab/command";
import { Plugin } from "../unit/plugin/runs";
import { installNode } from "./consumer";
import { pack, root } from "./pack";
import {
    installationOfPlugin,
    installManagers,
    installProject,
    layouts,
    managers,
    type Project,
    type Run,
    runProject,
    typescripts,
    versionSeenBySdk,
    writeConfiguration,
} from "./projects";

const isLong = process.env["PROJECTS"] === "long";

type Case = Project & { readonly node: 22 | 24 };

const [nodenext, node10, javaScript] = layouts;

const short: readonly Case[] = [
    { manager: "npm", typescript: "none", layout: node10, node: 24 },
    { manager: "npm", typescript: "5", layout: nodenext, node: 22 },
    { manager: "npm", typescript: "6", layout: javaScript, node: 24 },
    { manager: "pnpm", typescript: "none", layout: javaScript, node: 22 },
    { manager: "pnpm", typescript: "none", layout: node10, node: 24 },
    { manager: "pnpm", typescript: "5", layout: node10, node: 24 },
    // A project with another TypeScript than the package's gets two copies of Pulumi's SDK from pnpm and Yarn 4.
    { manager: "pnpm", typescript: "6", layout: nodenext, node: 22 },
    { manager: "yarn 1", typescript: "none", layout: nodenext, node: 22 },
    { manager: "yarn 1", typescript: "5", layout: javaScript, node: 24 },
    { manager: "yarn 4", typescript: "none", layout: node10, node: 22 },
    { manager: "yarn 4", typescript: "6", layout: node10, node: 24 },
];

const long: readonly Case[] = managers.flatMap((manager) =>
    typescripts.flatMap((typescript) =>
        layouts.flatMap((layout) => ([22, 24] as const).map((node) => ({ manager, typescript, layout, node }))),
    ),
);

describe("a project of Pulumi's templates", function () {
    this.timeout("10m");
    const cases = isLong ? long : short;
    const nodes: { [major: number]: string } = { 24: process.execPath };
    let folder: string;
    /** What the package managers said; each project is installed while the one before it is tested. */
    let installations: Promise<string>[];

    before("npm pack, the package managers and Node 22", async () => {
        folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-projects-"));
        const tools = join(folder, "tools");
        const [{ tarball }, node22] = await Promise.all([
            pack(folder),
            installNode(join(folder, "node-22"), 22),
            installManagers(tools),
        ]);
        nodes[22] = node22;
        let previous: Promise<unknown> = Promise.resolve();
        installations = cases.map((project, index) => {
            const installation = previous.then(() =>
                installProject(join(folder, `${index}`), project, tarball, tools, nodes[project.node]!),
            );
            previous = installation.catch(() => undefined);
            return installation;
        });
    });

    after(async () => {
        await Promise.allSettled(installations);
        rmSync(folder, { recursive: true });
    });

    for (const [index, { manager, typescript, layout, node: major }] of cases.entries()) {
        const own = typescript === "none" ? "no TypeScript of its own" : `TypeScript ${typescript}`;

        describe(`${layout}, with ${own}, installed by ${manager}, under Node ${major}`, () => {
            let project: string;
            let node: string;

            before(async function () {
                this.timeout("20m");
                project = join(folder, `${index}`);
                node = nodes[major]!;
                await installations[index];
            });

            after(() => {
                rmSync(project, { recursive: true, force: true });
            });

            // Warnings may also be about what Pulumi's own dependencies ask of each other: no reason to stop a pull request.
            if (isLong) {
                it("is installed without a word of peer dependencies or engines", async () => {
                    const said = (await installations[index]!).split("\n");
                    expect(
                        said.filter((line) => /\bpeers?\b|ERESOLVE|EBADENGINE|unsupported engine/i.test(line)),
                    ).to.deep.equal([]);
                });
            }

            it(`is compiled by TypeScript ${typescript === "none" ? 5 : typescript}`, () => {
                const version = versionSeenBySdk(project, "typescript");
                expect(version).to.match(new RegExp(`^${typescript === "none" ? 5 : typescript}\\.`));
            });

            if (layout === javaScript) {
                // The template sets the option to false; where it is not set, the SDK loads TypeScript as well.
                for (const option of [false, true]) {
                    it(`runs its program, with the option typescript: ${option}`, async () => {
                        expectComponent(await runProject(project, node, option));
                    });
                }
            } else {
                if (layout === node10 && typescript === "6") {
                    it("is told by TypeScript 6 what to write into its tsconfig.json", async () => {
                        const { exitCode, log } = await runProject(project, node, true);
                        expect(exitCode).not.to.equal(0);
                        expect(log).to.include("TS5107").and.to.include('"ignoreDeprecations": "6.0"');
                        writeConfiguration(project, "node", { ignoreDeprecations: "6.0" });
                    });
                }

                it("runs its program", async () => {
                    expectComponent(await runProject(project, node, true));
                });

                if (typescript !== "none" && (layout === nodenext || isLong)) {
                    it("type-checks", async () => {
                        const tsc = join(project, "node_modules", "typescript", "bin", "tsc");
                        const { exitCode, stdout } = await runCommand(node, [tsc, "--noEmit"], { cwd: project });
                        expect(stdout).to.equal("");
                        expect(exitCode).to.equal(0);
                    });
                }
            }

            // installed.spec.ts has TypeScript 5.
            if ((typescript === "6" && manager === "npm") || isLong) {
                it("tells the package's schema as a plugin", async () => {
                    const installed = join(project, "node_modules", "istio-sidecar-tls");
                    const plugin = await Plugin.start(installed, node, installationOfPlugin(installed));
                    try {
                        const schema: unknown = JSON.parse(await plugin.schema());
                        expect(schema).to.deep.equal(JSON.parse(readFileSync(join(root, "schema.json"), "utf8")));
                    } finally {
                        await plugin.stop();
                    }
                });
            }
        });
    }

    function expectComponent({ exitCode, log, resources, outputs }: Run): void {
        expect(exitCode, log).to.equal(0);
        expect(resources).to.include.members([
            "istio-sidecar-tls:index:SidecarTlsTermination httpbin",
            "kubernetes:security.istio.io/v1:AuthorizationPolicy httpbin-guard",
            "kubernetes:apps/v1:Deployment httpbin-deployment",
        ]);
        expect(outputs["url"]).to.equal("https://httpbin.test.svc.cluster.local:8443");
        expect(outputs).to.have.property("clientBundle");
    }
});
