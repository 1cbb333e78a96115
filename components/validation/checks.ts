/** Checks of values: small functions that compose, each returning what is wrong at which path. */
import * as pulumi from "@pulumi/pulumi";
import { type Problem, problem, join } from "./problem";

/** Finds the problems of a value at a property path such as `workload.port`; it is not called for `undefined`. */
export type Check = (value: unknown, path: string) => Problem[];

/** An argument that has to be given. */
export interface RequiredCheck {
    readonly required: Check;
}

/** One check for each property of an arguments interface; the compiler refuses a forgotten and an unknown one. */
export type PropertyChecks<T> = { [Property in keyof T]-?: Check | RequiredCheck };

export function required(check: Check): RequiredCheck {
    return { required: check };
}

/** An object with these properties and no others, so that a misspelt argument is an error and not silence. */
export function object<T extends object>(properties: PropertyChecks<T>): Check {
    return (value, path) => {
        if (isLater(value)) {
            return [{ propertyPath: path, reason: "cannot be an Output as a whole; its properties can" }];
        }
        if (pulumi.Resource.isInstance(value)) {
            const outputs = Object.keys(properties).join(", ");
            return [{ propertyPath: path, reason: `is a resource: give an object of its outputs (${outputs})` }];
        }
        if (typeof value !== "object" || value === null || Array.isArray(value)) {
            // Not the value: it may be a key that was given in the wrong place.
            const given = Array.isArray(value) ? "a list" : `of type ${value === null ? "null" : typeof value}`;
            return [{ propertyPath: path, reason: `must be an object, not ${given}` }];
        }
        const known = Object.entries<Check | RequiredCheck>(properties);
        const unknown = Object.keys(value)
            .filter((key) => !known.some(([name]) => name === key))
            .map((key) => ({
                propertyPath: join(path, key),
                reason: `there is no such argument here; known are ${known.map(([name]) => name).join(", ")}`,
            }));
        return [
            ...unknown,
            ...known.flatMap(([key, check]) =>
                property((value as Record<string, unknown>)[key], join(path, key), check),
            ),
        ];
    };
}

function property(value: unknown, path: string, check: Check | RequiredCheck): Problem[] {
    const given = value !== undefined && value !== null;
    if (typeof check === "function") {
        return given ? check(value, path) : [];
    }
    return given ? check.required(value, path) : [{ propertyPath: path, reason: "is required" }];
}

/** A property that takes an Output, whose value is checked when it is known. */
export function input(check: Check): Check {
    return (value, path) => (isLater(value) ? [] : check(value, path));
}

/** A property that decides which resources exist: the engine must know it in every preview. */
export function plain(check: Check): Check {
    return (value, path) =>
        isLater(value)
            ? [
                  {
                      propertyPath: path,
                      reason: "decides which resources exist, so it cannot be an Output: give a plain value",
                  },
              ]
            : check(value, path);
}

/** A text whose content is checked where it is used, or not at all. */
export const nonEmptyString: Check = (value, path) =>
    typeof value === "string" && value !== "" ? [] : [problem(path, value, "must be a string that is not empty")];

/** A text that may be empty; not shown, since it may be a secret in the wrong place. */
export const string: Check = (value, path) =>
    typeof value === "string" ? [] : [{ propertyPath: path, reason: "must be a string" }];

export function stringUpTo(most: number): Check {
    return (value, path) =>
        typeof value === "string" && value !== "" && value.length <= most
            ? []
            : [problem(path, value, `must be a string of 1 to ${most} characters`)];
}

export const boolean: Check = (value, path) =>
    typeof value === "boolean" ? [] : [problem(path, value, "must be true or false")];

export function matching(pattern: RegExp, rule: string): Check {
    return (value, path) => (typeof value === "string" && pattern.test(value) ? [] : [problem(path, value, rule)]);
}

export function integer(least: number, most: number, unit: string): Check {
    return (value, path) =>
        typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
            ? []
            : [problem(path, value, `must be a whole number${unit} from ${least} to ${most}`)];
}

export const portNumber = integer(1, 65535, "");

/** What a list has to be, besides its items. */
interface ListRules {
    /** "plain" items decide which resources exist, so none may be an Output. Default: "input". */
    readonly items?: "input" | "plain";
    readonly nonEmpty?: boolean;
    readonly unique?: boolean;
}

export function list(check: Check, { items = "input", nonEmpty = false, unique = false }: ListRules = {}): Check {
    const checkItem = (items === "plain" ? plain : input)(check);
    return (value, path) => {
        if (!Array.isArray(value)) {
            return [problem(path, value, nonEmpty ? "must be a list with at least one item" : "must be a list")];
        }
        if (nonEmpty && value.length === 0) {
            return [problem(path, value, "must have at least one item; omit it for the default")];
        }
        const repeated = unique ? value.filter((item, index) => value.indexOf(item) !== index) : [];
        return [
            ...value.flatMap((item, index) => checkItem(item, `${path}[${index}]`)),
            ...repeated.map((item) => problem(path, item, "must not be listed twice")),
        ];
    };
}

/** A map with any keys of a kind. */
export function mapOf(key: Check, check: Check): Check {
    return (value, path) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
            ? Object.entries(value).flatMap(([name, item]) => {
                  const itemPath = `${path}["${name}"]`;
                  return [...key(name, itemPath), ...check(item, itemPath)];
              })
            : [problem(path, value, "must be a map")];
}

export function oneOf(values: readonly string[]): Check {
    return (value, path) =>
        typeof value === "string" && values.includes(value)
            ? []
            : [problem(path, value, `must be one of ${values.map((one) => JSON.stringify(one)).join(", ")}`)];
}

/** Whether the value is known only later. */
export function isLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}
