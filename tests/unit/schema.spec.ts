/**
 * schema.json, which is what programs in other languages see. plugin.spec.ts holds that it is what Pulumi infers from the public
 * classes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import * as index from "../..";

const root = join(__dirname, "..", "..");
const classes = Object.entries(index).filter(([, value]) => typeof value === "function");

type Properties = Record<string, { readonly description?: string }>;

interface Type {
    readonly properties?: Properties;
    readonly required?: string[];
}

interface Schema {
    readonly resources: Record<
        string,
        Type & { readonly inputProperties: Properties; readonly requiredInputs?: string[] }
    >;
    readonly types: Record<string, Type & { readonly inputProperties?: Properties }>;
}

describe("schema", () => {
    const schema = JSON.parse(readFileSync(join(root, "schema.json"), "utf8")) as Schema;

    it("has a type token for each public class, named like it", () => {
        const tokens = classes.map(([name]) => `istio-sidecar-tls:index:${name}`);
        expect(Object.keys(schema.resources)).to.have.members(tokens);
    });

    it("has every property of the public classes and interfaces, described as in their sources", () => {
        const declared = publicProperties(join(root, "index.ts"));
        const inferredProperties = new Map<string, string | undefined>(
            [...Object.entries(schema.resources), ...Object.entries(schema.types)].flatMap(([token, type]) => {
                const name = token.split(":")[2]!;
                const { inputProperties = {}, properties = {} } = type;
                return [
                    ...Object.entries(properties).map(
                        ([property, { description }]) => [`${name}.${property}`, description] as const,
                    ),
                    ...Object.entries(inputProperties).map(
                        ([property, { description }]) => [`${name}Args.${property}`, description] as const,
                    ),
                ];
            }),
        );
        expect([...inferredProperties.keys()]).to.have.members([...declared.keys()]);
        for (const [property, documentation] of declared) {
            expect(documentation, property).not.to.equal("");
            expect(inferredProperties.get(property), property).to.equal(documentation);
        }
    });

    it("describes the default of each optional argument", () => {
        const resources = Object.values(schema.resources).map(({ inputProperties, requiredInputs }) => ({
            properties: inputProperties,
            required: requiredInputs,
        }));
        const types = typesOf(Object.values(schema.resources).map(({ inputProperties }) => inputProperties));
        const silent = [...resources, ...types].flatMap(({ properties = {}, required = [] }) =>
            Object.entries(properties)
                .filter(([name, { description }]) => !required.includes(name) && !description?.includes("Default: "))
                .map(([name]) => name),
        );
        expect(silent).to.deep.equal([]);
    });

    /** The types that are reached from there. */
    function typesOf(value: unknown, seen = new Set<string>()): Type[] {
        const found = [...JSON.stringify(value).matchAll(/"#\/types\/([^"]+)"/g)].map(([, token]) => token!);
        return [...new Set(found)]
            .filter((token) => !seen.has(token))
            .flatMap((token) => {
                seen.add(token);
                const type = schema.types[token]!;
                return [type, ...typesOf(type, seen)];
            });
    }
});

/** `Type.property` of each public class and interface of the sources, with its documentation. */
function publicProperties(entry: string): Map<string, string> {
    const program = ts.createProgram([entry], {
        strict: true,
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    const checker = program.getTypeChecker();
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!);
    const found = new Map<string, string>();
    for (const alias of exported) {
        const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
        const [declaration] = symbol.declarations ?? [];
        if (
            declaration === undefined ||
            !(ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration))
        ) {
            continue;
        }
        for (const member of declaration.members) {
            if (ts.isPropertyDeclaration(member) || ts.isPropertySignature(member)) {
                const property = checker.getSymbolAtLocation(member.name)!;
                const documentation = ts.displayPartsToString(property.getDocumentationComment(checker));
                found.set(`${symbol.name}.${property.name}`, documentation);
            }
        }
    }
    return found;
}
