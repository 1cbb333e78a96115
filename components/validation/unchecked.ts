/**
 * Values whose check has not finished. An Output is checked once all arguments are known, but code that depends on that Output alone runs
 * earlier. If that code threw an exception for a value of a wrong type, the user would read the exception instead of the message of
 * the check. These functions replace such a value; the check rejects it either way.
 */

/** The value if it is a string. */
export function textOr(value: unknown, fallback: string): string {
    return typeof value === "string" ? value : fallback;
}

/** The value if it is a list. */
export function listOr<T>(value: readonly T[], fallback: readonly T[]): readonly T[] {
    return Array.isArray(value) ? value : fallback;
}
