/** The schema that Pulumi infers from the public classes, which is what programs in other languages see. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComponentResource } from "@pulumi/pulumi";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental";
import { expect } from "chai";
import * as index from "../..";

const root = join(__dirname, "..", "..");
const classes = Object.entries(index).filter(([, value]) => typeof value === "function");

interface Schema {
    readonly resources: Record<string, { readonly inputProperties: Record<string, { readonly description?: string }> }>;
    readonly types: Record<string, { readonly properties?: Record<string, { readonly description?: string }> }>;
}

describe("schema", () => {
    let inferred: string;
    let schema: Schema;

    before(async () => {
        const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string };
        const components = classes.map(([, value]) => value as unknown as typeof ComponentResource);
        const provider = new ComponentProvider({ dirname: root, name, components: components });
        schema = JSON.parse(await provider.getSchema()) as Schema;
        inferred = JSON.stringify(schema, undefined, 2);
    });

    it("is the committed schema.json (npm run schema writes it)", () => {
        if (process.env["UPDATE_SCHEMA"] === "1") {
            writeFileSync(join(root, "schema.json"), `${inferred}\n`);
        }
        expect(`${inferred}\n`).to.equal(readFileSync(join(root, "schema.json"), "utf8"));
    });

    it("has a type token for each public class, named like it", () => {
        const tokens = classes.map(([name]) => `istio-sidecar-tls:index:${name}`);
        expect(Object.keys(schema.resources)).to.have.members(tokens);
    });

    it("describes every argument", () => {
        const described = [
            ...Object.entries(schema.resources).map(
                ([token, { inputProperties }]) => [token, inputProperties] as const,
            ),
            ...Object.entries(schema.types).map(([token, { properties }]) => [token, properties ?? {}] as const),
        ];
        const missing = described.flatMap(([token, properties]) =>
            Object.entries(properties)
                .filter(([, { description }]) => !description || description.includes("[object"))
                .map(([property]) => `${token} ${property}`),
        );
        expect(missing).to.deep.equal([]);
    });
});
