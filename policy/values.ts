/** Plain data with placeholders for what a policy cannot read: how to look into it, and how to name a place in it. */

/** Stands for a value that is unknown in a preview. */
export const unknownValue = Symbol("unknown value");

/** Stands for a Pulumi secret. */
export const secretValue = Symbol("Pulumi secret");

/** The keys that lead to a value; list indexes as decimal strings. */
export type Path = readonly string[];

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path; `unknownValue` if a part of the path is unknown. */
export function getAt(value: unknown, ...path: Path): unknown {
    return path.reduce(
        (parent, key) => (parent === unknownValue ? unknownValue : isRecord(parent) ? parent[key] : undefined),
        value,
    );
}

/** The items of a list; none if the value is not a list. */
export function getItems(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

export function hasUnknown(value: unknown): boolean {
    return value === unknownValue || getChildren(value).some(([, child]) => hasUnknown(child));
}

/** All strings in a value, with the path of each. */
export function findStrings(value: unknown, path: Path = []): { path: Path; text: string }[] {
    return typeof value === "string"
        ? [{ path, text: value }]
        : getChildren(value).flatMap(([key, child]) => findStrings(child, [...path, key]));
}

function getChildren(value: unknown): [key: string, child: unknown][] {
    return Array.isArray(value) || isRecord(value) ? Object.entries(value) : [];
}

/** A property path such as `spec.containers[0]` or `data["tls.key"]`. */
export function formatPath(path: Path): string {
    const parts = path.map((key) =>
        /^[0-9]+$/.test(key) ? `[${key}]` : /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    );
    return parts.join("").replace(/^\./, "");
}
