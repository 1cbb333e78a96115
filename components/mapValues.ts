/** The object with another value at each key. */
export function mapValues<T, Result>(
    given: { readonly [key: string]: T },
    map: (value: T) => Result,
): { [key: string]: Result } {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));
}
