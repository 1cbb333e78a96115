/** What is wrong with one argument. */
export interface Problem {
    readonly propertyPath: string;
    /** The value as it is shown; none where it may be a key, or says nothing. */
    readonly shown?: string;
    /** The rule that it breaks. */
    readonly reason: string;
}

/** A value and the rule that it breaks. A PEM text may be a key in the wrong place, and is not shown. */
export function problem(path: string, value: unknown, reason: string): Problem {
    // JSON has no bigint.
    const shown = JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) as
        string | undefined;
    return { propertyPath: path, shown: shown?.includes("-----BEGIN ") ? "a PEM text" : shown, reason };
}

/** A problem as it is told, after the path. */
export function told({ shown, reason }: Problem): string {
    return shown === undefined ? reason : `${shown} ${reason}`;
}

/** The same with the path. */
export function toldWithPath(found: Problem): string {
    return `${found.propertyPath}: ${told(found)}`;
}

export function join(path: string, key: string): string {
    return path === "" ? key : `${path}.${key}`;
}
