/**
 * Property values as the engine sends them: plain JSON in which a secret is an object with a signature, and a value that a
 * preview does not know yet is one of a few reserved strings (sdk/go/common/resource/plugin/rpc.go).
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownValues: ReadonlySet<Value> = new Set([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // Boolean.
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // Number.
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", // String, or any type.
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // List.
    "030794c1-ac77-496b-92df-f27374a8bd58", // Asset.
    "e48ece36-62e2-4504-bad9-02848725956a", // Archive.
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // Object.
]);

/** Represents a value of any type that a preview does not know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isObject(value: Value | undefined): value is Properties {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Converts a scalar to text. Returns `none` for all other values, such as lists. */
export function toText(value: Value | undefined, none = ""): string {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : none;
}

export function isSecret(value: Value | undefined): boolean {
    return isObject(value) && value[signatureKey] === secretSignature;
}

export function isUnknown(value: Value | undefined): boolean {
    return value !== undefined && unknownValues.has(value);
}

export function toSecret(value: Value): Value {
    return isSecret(value) ? value : { [signatureKey]: secretSignature, value: withoutSecrets(value) };
}

function containsMatch(value: Value | undefined, test: (value: Value) => boolean): boolean {
    if (value === undefined) {
        return false;
    }
    if (test(value)) {
        return true;
    }
    return (
        typeof value === "object" && value !== null && Object.values(value).some((child) => containsMatch(child, test))
    );
}

export function containsSecret(value: Value | undefined): boolean {
    return containsMatch(value, isSecret);
}

export function containsUnknown(value: Value | undefined): boolean {
    return containsMatch(value, isUnknown);
}

/** Replaces every secret in a value with its content. */
export function withoutSecrets<T extends Value>(value: T): T;
export function withoutSecrets(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map((element) => withoutSecrets(element));
    }
    if (!isObject(value)) {
        return value;
    }
    if (isSecret(value)) {
        return withoutSecrets(value["value"] ?? null);
    }
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withoutSecrets(child)]));
}

/** Whether two values are equal, regardless of the order of keys. */
export function isEqual(left: Value | undefined, right: Value | undefined): boolean {
    if (left === right) {
        return true;
    }
    if (Array.isArray(left) && Array.isArray(right)) {
        return left.length === right.length && left.every((element, index) => isEqual(element, right[index]));
    }
    if (isObject(left) && isObject(right)) {
        const keys = Object.keys(left);
        return keys.length === Object.keys(right).length && keys.every((key) => isEqual(left[key], right[key]));
    }
    return false;
}
