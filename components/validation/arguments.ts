/** Checks of a component's arguments as a whole: plain values immediately, Outputs when they are known. */
import * as pulumi from "@pulumi/pulumi";
import { isLater, isRecord } from "./checks";
import type { Problem } from "./problem";
import * as problem from "./problem";

/** Ends the program with all problems, if there are any. */
export function throwIfInvalid(owner: string, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        // Programs in other languages receive this list; a program that runs in this process prints the message alone.
        const errors = problems.map((one) => ({
            propertyPath: one.propertyPath,
            reason: problem.formatProblem(one),
        }));
        const lines = problems.map((one) => `  ${problem.formatProblemWithPath(one)}`);
        throw new pulumi.InputPropertiesError({ message: [invalidArguments(owner), ...lines].join("\n"), errors });
    }
}

/** The first line of the message, before one line for each problem. */
export function invalidArguments(owner: string): string {
    return `${owner} has invalid arguments:`;
}

/**
 * Marks arguments that another component has checked. A symbol survives a spread and shows in a debugger; the checks and Pulumi's
 * serialization read string keys only (Object.keys: sdk/nodejs/output.ts, runtime/rpc.ts).
 */
const checkedByParent = Symbol("arguments checked by the parent component");

/** Arguments that a component passes to another one after it has checked its own: users know them by other paths. */
export function alreadyChecked<T extends object>(args: T): T {
    return { ...args, [checkedByParent]: true };
}

function isAlreadyChecked(args: unknown): boolean {
    return isRecord(args) && checkedByParent in args;
}

/**
 * Rejects invalid plain values immediately. The returned Output fails if a value that is known later is invalid, so that no resource
 * that depends on it is registered.
 */
export function checkArguments<T extends object>(
    owner: string,
    args: T,
    validate: (args: T | pulumi.Unwrap<T>) => Problem[],
    /** Asynchronous checks, for arguments that pass the others. */
    validateAsync: (args: pulumi.Unwrap<T>) => Promise<Problem[]> = () => Promise.resolve([]),
): pulumi.Output<unknown> {
    if (isAlreadyChecked(args)) {
        return pulumi.output(undefined);
    }
    throwIfInvalid(owner, validate(args));
    return pulumi.output(args).apply(async (known) => {
        const invalid = validate(known);
        const missing = invalid.length > 0 ? invalid : findUndefinedOutputs(args, known, "");
        const found = missing.length > 0 ? missing : await validateAsync(known);
        throwIfInvalid(owner, await Promise.all(found.map((one) => withoutSecretValue(one, args))));
    });
}

/** Outputs that resolve to undefined: the default would silently replace the value that the user expects. */
function findUndefinedOutputs(given: unknown, known: unknown, path: string): Problem[] {
    if (isLater(given)) {
        return known === undefined || known === null
            ? [problem.invalid(path, undefined, "resolved to undefined; set a value or omit it")]
            : [];
    }
    if (typeof given !== "object" || given === null) {
        return [];
    }
    return Object.entries(given).flatMap(([key, value]) =>
        findUndefinedOutputs(
            value,
            (known as Record<string, unknown>)[key],
            Array.isArray(given) ? `${path}[${key}]` : problem.join(path, key),
        ),
    );
}

/** The problem without its value, if that is a secret. */
export async function withoutSecretValue(found: Problem, args: object): Promise<Problem> {
    let value: unknown = args;
    for (const [, quoted, plainKey] of found.propertyPath.matchAll(/\["(.*?)"\]|([^.[\]]+)/g)) {
        if (typeof value !== "object" || value === null || isLater(value)) {
            break;
        }
        value = (value as Record<string, unknown>)[quoted ?? plainKey ?? ""];
    }
    const secret = pulumi.Output.isInstance(value) && (await pulumi.isSecret(value));
    return secret && found.shown !== undefined ? { ...found, shown: "the secret value" } : found;
}
