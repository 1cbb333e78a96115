/** Rejects the arguments that terraform-provider-tls rejects: the validators of resource_*.go. */
import { isUnknown, type Properties, toText, type Value } from "../plugin/values";
import { algorithms, curves } from "./keys";
import type { ResourceSchema } from "./schema";
import { extendedKeyUsages, keyUsages } from "./uses";

const uses = [...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)].sort();
const oneOf: Readonly<Record<string, readonly string[]>> = {
    algorithm: algorithms,
    ecdsaCurve: curves,
    allowedUses: uses,
};
const atLeast: Readonly<Record<string, number>> = { validityPeriodHours: 0, earlyRenewalHours: 0, maxPathLength: -1 };

export function checkInputs(inputs: Properties, schema: ResourceSchema): void {
    const known = [...schema.required, ...schema.optional];
    for (const name of Object.keys(inputs)) {
        if (!known.includes(name)) {
            throw new Error(`${name}: the stand-in for the tls plugin does not support this argument`);
        }
    }
    for (const name of schema.required) {
        if (inputs[name] === undefined || inputs[name] === null) {
            throw new Error(
                `Missing required argument. The argument "${name}" is required, but no definition was found.`,
            );
        }
    }
    for (const [name, value] of Object.entries(inputs)) {
        for (const element of Array.isArray(value) ? value : [value]) {
            checkValue(name, element);
        }
    }
}

function checkValue(name: string, value: Value): void {
    const allowed = oneOf[name];
    const minimum = atLeast[name];
    if (isUnknown(value) || value === null) {
        return;
    }
    if (allowed !== undefined && !allowed.includes(toText(value))) {
        throw new Error(`${name}: value must be one of: ${JSON.stringify(allowed)}, got: ${JSON.stringify(value)}`);
    }
    if (minimum !== undefined && Number(value) < minimum) {
        throw new Error(`${name}: value must be at least ${minimum}, got: ${toText(value)}`);
    }
}
