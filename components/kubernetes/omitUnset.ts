/** Removes properties that are undefined or null, both of which mean the default. */
export function omitUnset<T extends object>(given: T): T {
    const entries = Object.entries(given as Record<string, unknown>);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null)) as T;
}
