/**
 * What of an object changes, property by property, and what of that cannot be changed in place. As in
 * provider/pkg/provider/provider.go, `convertPatchToDiff`: lists are compared by position.
 */
import type { PropertyChange } from "./standIn";
import { type Properties, type Value, equal, isObject, isUnknown } from "./values";

/** The keys of a property from the top of the resource. */
export type Path = readonly string[];

/** Stands in a path for the elements of a list. */
export const anyElement = "*";

type Step = string | number;

export function differences(
    old: Properties,
    news: Properties,
    options: { readonly immutable: readonly Path[]; readonly emptyIsAbsent: boolean },
): PropertyChange[] {
    const changes: PropertyChange[] = [];
    const add = (path: readonly Step[], kind: PropertyChange["kind"], value: Value | undefined): void => {
        changes.push({
            path: pathText(path),
            kind,
            replaces: options.immutable.some((immutable) => touches(path, value, immutable)),
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
            // The API server leaves out what is empty, so that it is never seen there.
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
        } else if (!equal(before, after)) {
            add(path, "update", after);
        }
    };
    compareMaps([], old, news);
    return changes;
}

/** Drops the changes that `ignoreChanges` covers, as the provider does after the engine did so with the inputs. */
export function withoutIgnored(changes: readonly PropertyChange[], ignored: readonly string[]): PropertyChange[] {
    return changes.filter(
        (change) =>
            !ignored.some(
                (path) =>
                    change.path === path || change.path.startsWith(`${path}.`) || change.path.startsWith(`${path}[`),
            ),
    );
}

/** A change touches an immutable property if it is at or below it, or brings it along. */
function touches(path: readonly Step[], value: Value | undefined, immutable: Path): boolean {
    const common = Math.min(path.length, immutable.length);
    const isOn = immutable
        .slice(0, common)
        .every((key, index) => key === path[index] || (key === anyElement && typeof path[index] === "number"));
    return isOn && bringsAlong(value, immutable.slice(common));
}

function bringsAlong(value: Value | undefined, [key, ...rest]: Path): boolean {
    if (key === undefined) {
        return true;
    }
    if (Array.isArray(value)) {
        return key === anyElement && value.some((element) => bringsAlong(element, rest));
    }
    return isObject(value) && value[key] !== undefined && bringsAlong(value[key], rest);
}

function isEmpty(value: Value): boolean {
    return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

function pathText(path: readonly Step[]): string {
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
