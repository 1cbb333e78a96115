/** Properties of a resource as a policy gets them, made readable: in a preview some are not known yet, and to look at one throws. */
import { Secret } from "@pulumi/policy";

/** Stands for a value that is known only later. */
export const later = Symbol("known only later");

/** Stands for a Pulumi secret, where policies are told of those. */
export const secret = Symbol("a Pulumi secret");

/**
 * A copy that can be read to its end. `wrapped` is the same value with its secrets wrapped, where that is known: a policy finds
 * them unwrapped.
 */
export function readable(value: unknown, wrapped?: unknown): unknown {
    if (wrapped instanceof Secret) {
        return secret;
    }
    const property = (key: string | number) => readProperty(value as object, key, at(wrapped, String(key)));
    if (Array.isArray(value)) {
        // Not by its iterator, which would read an item that is not known.
        return Array.from({ length: value.length }, (_, index) => property(index));
    }
    return isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, property(key)])) : value;
}

/** Data fail to be read for one reason alone (@pulumi/policy: proxy.ts, UnknownValueError, which its types leave out). */
function readProperty(value: object, key: string | number, wrapped: unknown): unknown {
    let child: unknown;
    try {
        child = (value as Record<string | number, unknown>)[key];
    } catch {
        return later;
    }
    return readable(child, wrapped);
}

export function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null;
}

/** What is at a path; `later` where a part of the path is not known yet. */
export function at(value: unknown, ...path: readonly string[]): unknown {
    return path.reduce((parent, key) => (parent === later ? later : isMap(parent) ? parent[key] : undefined), value);
}

/** The items of a list; none of what is no list. */
export function items(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

export function hasLater(value: unknown): boolean {
    return value === later || (isMap(value) && Object.values(value).some(hasLater));
}

/** All texts in a value, each with the keys that lead to it. */
export function texts(value: unknown, keys: readonly string[] = []): { keys: readonly string[]; text: string }[] {
    if (typeof value === "string") {
        return [{ keys, text: value }];
    }
    return isMap(value) ? Object.entries(value).flatMap(([key, child]) => texts(child, [...keys, key])) : [];
}

/** A property path, such as `spec.containers[0]` or `data["tls.key"]`. */
export function propertyPath(keys: readonly string[]): string {
    const parts = keys.map((key) =>
        /^[0-9]+$/.test(key) ? `[${key}]` : /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    );
    return parts.join("").replace(/^\./, "");
}
