/** Checks of values: small functions that compose, each returning what is wrong at which path. */
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problem";
import * as problem from "./problem";

/** Finds the problems of a value at a property path such as `workload.port`; it is not called for `undefined`. */
export type Check = (value: unknown, path: string) => Problem[];

/** The check of a property that has to be set. */
export interface RequiredCheck {
    readonly required: Check;
}

/**
 * One check for each property of an arguments interface. The compiler rejects a missing and an unknown property, a required property
 * without `required(...)`, and an optional one with it.
 */
export type PropertyChecks<T> = {
    [Property in keyof T]-?: Pick<T, Property> extends Required<Pick<T, Property>> ? RequiredCheck : Check;
};

export function required(check: Check): RequiredCheck {
    return { required: check };
}

/** An object with these properties and no others, so that a misspelled argument is an error and not ignored. */
export function object<T extends object>(properties: PropertyChecks<T>): Check {
    return (value, path) => {
        const known = Object.entries<Check | RequiredCheck>(properties);
        const names = known.map(([name]) => name).join(", ");
        if (isLater(value)) {
            return [problem.forbidden(path, "must be a plain object; only its properties may be Outputs")];
        }
        if (pulumi.Resource.isInstance(value)) {
            return [problem.invalid(path, undefined, `is a resource; set an object of its outputs (${names})`)];
        }
        if (!isRecord(value)) {
            // The message omits the value, which may be a private key in the wrong place.
            const given = Array.isArray(value) ? "a list" : `of type ${value === null ? "null" : typeof value}`;
            return [problem.invalid(path, undefined, `must be an object, not ${given}`)];
        }
        const unknown = Object.keys(value)
            .filter((key) => !known.some(([name]) => name === key))
            .map((key) => problem.forbidden(problem.join(path, key), `unknown property; expected one of ${names}`));
        return [...unknown, ...known.flatMap(([key, check]) => property(value[key], problem.join(path, key), check))];
    };
}

function property(value: unknown, path: string, check: Check | RequiredCheck): Problem[] {
    const isSet = value !== undefined && value !== null;
    if (typeof check === "function") {
        return isSet ? check(value, path) : [];
    }
    return isSet ? check.required(value, path) : [problem.required(path)];
}

/** An object whose properties can be read by name: neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property that accepts an Output, whose value is checked when it is known. */
export function input(check: Check): Check {
    return (value, path) => (isLater(value) ? [] : check(value, path));
}

/** A property that decides which resources exist: the engine must know it in every preview. */
export function plain(check: Check): Check {
    return (value, path) =>
        isLater(value)
            ? [problem.forbidden(path, "decides which resources exist, so it cannot be an Output; set a plain value")]
            : check(value, path);
}

/** A string whose content is checked where it is used, or not at all. */
export const nonEmptyString: Check = (value, path) =>
    typeof value === "string" && value !== "" ? [] : [problem.invalid(path, value, "must be a non-empty string")];

/** A string that may be empty. The message omits the value, which may be a secret in the wrong place. */
export const string: Check = (value, path) =>
    typeof value === "string" ? [] : [problem.invalid(path, undefined, "must be a string")];

export function stringUpTo(most: number): Check {
    return (value, path) =>
        typeof value === "string" && value !== "" && value.length <= most
            ? []
            : [problem.invalid(path, value, `must be a string of 1 to ${most} characters`)];
}

export const boolean: Check = (value, path) =>
    typeof value === "boolean" ? [] : [problem.invalid(path, value, "must be true or false")];

export function matching(pattern: RegExp, rule: string): Check {
    return (value, path) =>
        typeof value === "string" && pattern.test(value) ? [] : [problem.invalid(path, value, rule)];
}

/** `unit` is part of the message, such as " of hours"; empty for a number without a unit. */
export function integer(least: number, most: number, unit: string): Check {
    return (value, path) =>
        typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
            ? []
            : [problem.invalid(path, value, `must be a whole number${unit} from ${least} to ${most}`)];
}

export const portNumber = integer(1, 65535, "");

/** Rules for a list as a whole. */
interface ListRules {
    /** With "plain", no item may be an Output, because the items decide which resources exist. Default: "input". */
    readonly items?: "input" | "plain";
    readonly nonEmpty?: boolean;
    readonly unique?: boolean;
}

export function list(check: Check, { items = "input", nonEmpty = false, unique = false }: ListRules = {}): Check {
    const checkItem = (items === "plain" ? plain : input)(check);
    return (value, path) => {
        if (!Array.isArray(value)) {
            return [
                problem.invalid(path, value, nonEmpty ? "must be a list with at least one item" : "must be a list"),
            ];
        }
        if (nonEmpty && value.length === 0) {
            return [problem.invalid(path, value, "must have at least one item; omit it for the default")];
        }
        const repeated = unique ? value.filter((item, index) => value.indexOf(item) !== index) : [];
        return [
            ...value.flatMap((item, index) => checkItem(item, `${path}[${index}]`)),
            ...repeated.map((item) => problem.duplicate(path, item, "is listed twice; remove one of them")),
        ];
    };
}

/** A map whose keys and values each pass a check. */
export function mapOf(key: Check, check: Check): Check {
    return (value, path) =>
        isRecord(value)
            ? Object.entries(value).flatMap(([name, item]) => {
                  const itemPath = `${path}["${name}"]`;
                  return [...key(name, itemPath), ...check(item, itemPath)];
              })
            : [problem.invalid(path, value, "must be a map")];
}

export function oneOf(values: readonly string[]): Check {
    return (value, path) =>
        typeof value === "string" && values.includes(value) ? [] : [problem.notSupported(path, value, values)];
}

/** Whether the value is known only later. */
export function isLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}
