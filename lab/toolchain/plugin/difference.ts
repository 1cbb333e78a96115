/**
 * Finds the properties of an object that change, and those of them that cannot be changed in place. Lists are compared by
 * position, as in provider/pkg/provider/provider.go, `convertPatchToDiff`.
 */
import type { PropertyChange } from "./standIn";
import { isEqual, isObject, isUnknown, type Properties, type Value } from "./values";

/** The keys that lead to a property from the top of the resource. */
export type Path = readonly string[];

/** Matches all elements of a list in a path. */
export const anyElement = "*";

type Step = string | number;

export function findDifferences(
    old: Properties,
    news: Properties,
    options: { readonly immutable: readonly Path[]; readonly emptyIsAbsent: boolean },
): PropertyChange[] {
    const changes: PropertyChange[] = [];
    const add = (path: readonly Step[], kind: PropertyChange["kind"], value: Value | undefined): void => {
        changes.push({
            path: formatPath(path),
            kind,
            replaces: options.immutable.some((immutable) => affects(path, value, immutable)),
            inputDiff: kind === "delete",
        });
    };
    const compareMaps = (path: readonly Step[], before: Properties, after: Properties): void => {
        for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
            compare([...path, key], before[key], after[key]);
        }
    };
    const compare = (path: readonly Step[], before: Value | undefined, after: Value | undefined): void => {
        if (after === undefined) {
            add(path, "delete", undefined);
        } else if (before === undefined) {
            // The API server omits empty values, so the live object never has them.
            if (!options.emptyIsAbsent || !isEmpty(after)) {
                add(path, "add", after);
            }
        } else if (isUnknown(after)) {
            add(path, "update", after);
        } else if (isObject(before) && isObject(after)) {
            compareMaps(path, before, after);
        } else if (Array.isArray(before) && Array.isArray(after)) {
            for (let index = 0; index < Math.max(before.length, after.length); index++) {
                compare([...path, index], before[index], after[index]);
            }
        } else if (!isEqual(before, after)) {
            add(path, "update", after);
        }
    };
    compareMaps([], old, news);
    return changes;
}

/**
 * Drops the changes that `ignoreChanges` covers. The engine does so with the inputs, and the provider again with the
 * changes.
 */
export function withoutIgnored(changes: readonly PropertyChange[], ignored: readonly string[]): PropertyChange[] {
    return changes.filter(
        (change) =>
            !ignored.some(
                (path) =>
                    change.path === path || change.path.startsWith(`${path}.`) || change.path.startsWith(`${path}[`),
            ),
    );
}

/** Whether a change is at or below an immutable property, or its new value contains the property. */
function affects(path: readonly Step[], value: Value | undefined, immutable: Path): boolean {
    const common = Math.min(path.length, immutable.length);
    const isOn = immutable
        .slice(0, common)
        .every((key, index) => key === path[index] || (key === anyElement && typeof path[index] === "number"));
    return isOn && contains(value, immutable.slice(common));
}

function contains(value: Value | undefined, [key, ...rest]: Path): boolean {
    if (key === undefined) {
        return true;
    }
    if (Array.isArray(value)) {
        return key === anyElement && value.some((element) => contains(element, rest));
    }
    return isObject(value) && value[key] !== undefined && contains(value[key], rest);
}

function isEmpty(value: Value): boolean {
    return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function formatPath(path: readonly Step[]): string {
    return path.reduce<string>((text, step) => {
        if (typeof step === "number") {
            return `${text}[${step}]`;
        }
        if (/[."[\]]/.test(step)) {
            return `${text}["${step.replaceAll('"', '\\"')}"]`;
        }
        return text === "" ? step : `${text}.${step}`;
    }, "");
}
