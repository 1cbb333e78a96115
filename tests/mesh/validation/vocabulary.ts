/** The component's property paths, read from the schema that programs in other languages use. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface Property {
    readonly $ref?: string;
    readonly plain?: boolean;
    readonly items?: Property;
    readonly additionalProperties?: Property;
}

interface Schema {
    readonly types: { readonly [token: string]: { readonly properties?: { readonly [name: string]: Property } } };
    readonly resources: {
        readonly [token: string]: { readonly inputProperties: { readonly [name: string]: Property } };
    };
}

const schema = JSON.parse(readFileSync(join(__dirname, "..", "..", "..", "schema.json"), "utf8")) as Schema;

/** Whether a path accepts an Output. Paths omit list indices and map keys: `clients[].name`, `workload.labels[]`. */
const takesOutput = new Map<string, boolean>();

function learn(path: string, property: Property): void {
    takesOutput.set(path, property.plain !== true);
    const properties = property.$ref && schema.types[property.$ref.replace("#/types/", "")]?.properties;
    for (const [name, inner] of Object.entries(properties || {})) {
        learn(`${path}.${name}`, inner);
    }
    const item = property.items ?? property.additionalProperties;
    if (item) {
        learn(`${path}[]`, item);
    }
}

const inputs = schema.resources["istio-sidecar-tls:index:SidecarTlsTermination"]!.inputProperties;
for (const [name, property] of Object.entries(inputs)) {
    learn(name, property);
}

/** Removes indices and keys from a path in an error, where map keys are quoted: `workload.labels["app"]`. */
export function general(path: string): string {
    return path.replace(/\[(\d+|".*")\]/gs, "[]");
}

export function isPath(path: string): boolean {
    return takesOutput.has(general(path));
}

export function mayBeOutput(path: string): boolean {
    return takesOutput.get(general(path)) === true;
}

/** Returns the paths of all values in the arguments, known or not. */
export function pathsOf(given: unknown, path = ""): string[] {
    if (typeof given !== "object" || given === null) {
        return [path];
    }
    const inner = Object.entries(given).map(([key, value]): [string, unknown] => [
        Array.isArray(given) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
        value,
    ]);
    return [path, ...inner.flatMap(([key, value]) => pathsOf(value, key))];
}
