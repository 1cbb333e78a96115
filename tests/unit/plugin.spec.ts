/** The plugin with which programs in other languages create the components, called over gRPC as by the engine. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { expect } from "chai";
import * as index from "../..";
import { selfSigned } from "./certificates";
import { cases, hidden } from "./plugin/cases";
import { RecordingEngine } from "./plugin/engine";
import { isSecret, later, secret } from "./plugin/inputs";
import { type ComponentCase, makeByCommand, makeByProgram, Plugin } from "./plugin/runs";
import { publishedFolder } from "./published";

const root = join(__dirname, "..", "..");
const titles = Object.keys(cases({ certificatePem: "", privateKeyPem: "" }));

describe("the plugin for all languages", () => {
    const folder = publishedFolder();
    let plugin: Plugin;
    let components: Readonly<Record<string, ComponentCase>>;
    let privateKeyPem: string;

    before(async () => {
        const authority = await selfSigned();
        ({ privateKeyPem } = authority);
        components = cases(authority);
        plugin = await Plugin.start(folder);
    });

    after(() => plugin.stop());

    it("has the schema of schema.json (npm run schema writes it)", async () => {
        const schema = `${JSON.stringify(JSON.parse(await plugin.schema()), undefined, 2)}\n`;
        if (process.env["UPDATE_SCHEMA"] === "1") {
            writeFileSync(join(root, "schema.json"), schema);
        }
        expect(schema).to.equal(readFileSync(join(root, "schema.json"), "utf8"));
    });

    it("is tested with every public component", () => {
        const classes = Object.entries(index).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
        const tried = new Set(Object.values(components).map(({ className }) => className));
        expect([...tried]).to.have.members(classes);
    });

    for (const title of titles) {
        for (const preview of [true, false]) {
            it(`creates ${title} as the npm package does${preview ? ", in a preview" : ""}`, async () => {
                const component = components[title]!;
                const [byPlugin, byProgram] = await Promise.all([
                    plugin.make(component, preview),
                    makeByProgram(component, preview),
                ]);
                expect(Object.keys(byPlugin.resources)).to.have.members(Object.keys(byProgram.resources));
                for (const [resource, told] of Object.entries(byPlugin.resources)) {
                    expect(told, resource).to.deep.equal(byProgram.resources[resource]);
                }
                expect(byPlugin.outputs).to.deep.equal(byProgram.outputs);
                const plain = JSON.stringify(byPlugin, (_, value: unknown) => (isSecret(value) ? undefined : value));
                expect(plain).not.to.include(hidden);
                expect(plain).not.to.include(JSON.stringify(privateKeyPem).slice(1, -1));
            });
        }
    }

    for (const preview of [true, false]) {
        it(`creates a component as a program does that the engine starts${preview ? ", in a preview" : ""}`, async () => {
            const component = components["a SidecarTlsTermination with values of another resource"]!;
            const [byCommand, byProgram] = await Promise.all([
                makeByCommand(component, preview),
                makeByProgram(component, preview),
            ]);
            expect(byCommand.resources).not.to.deep.equal({});
            expect(byCommand).to.deep.equal(byProgram);
        });
    }

    it("reports each invalid argument to the engine, and shows no secret", async () => {
        const args = {
            namespace: "Test",
            listeners: [{ name: "external", protocol: "HTTPS", tls: { mode: "PASSTHROUGH" } }],
            workload: { image: "example.com/application", port: 80, environment: { "A B": secret(hidden) } },
        };
        const refused = await refusal({ className: "SidecarTlsTermination", name: "shop", args });
        expect(refused.code).to.equal(status.INVALID_ARGUMENT);
        expect(refused.message).to.include("namespace").and.to.include("listeners[0].tls.mode").and.to.include("A B");
        expect(refused.message).not.to.include(hidden);
    });

    it("rejects two components on the same pods in one run", async () => {
        const chain = (name: string): ComponentCase => ({
            className: "SidecarTlsTermination",
            name,
            args: { namespace: later("test"), existingWorkload: { selector: { app: "shop" }, port: 80 } },
        });
        for (const run of ["the first", "another"]) {
            const engine = await RecordingEngine.start(false);
            try {
                await plugin.construct(chain("one"), engine);
                const refused = await plugin.construct(chain("two"), engine).catch((error: unknown) => error as Error);
                expect(refused, run)
                    .to.be.an("error")
                    .with.property("message")
                    .that.includes('existingWorkload.selector: overlaps with SidecarTlsTermination "one"');
            } finally {
                engine.stop();
            }
        }
    });

    async function refusal(component: ComponentCase): Promise<{ code: status; message: string }> {
        const made = await plugin.make(component, false).catch((error: unknown) => error as Error);
        if (made instanceof Error) {
            return made as unknown as { code: status; message: string };
        }
        throw new Error(`accepted: ${Object.keys(made.resources).join(", ")}`);
    }
});
