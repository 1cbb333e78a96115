/** Checks of a component's arguments as a whole: plain values at once, the others when they are known. */
import * as pulumi from "@pulumi/pulumi";
import { isLater } from "./checks";
import { join, type Problem, formatProblem, formatProblemWithPath } from "./problem";

/** Ends the program with all problems, if there are any. */
export function throwIfInvalid(owner: string, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        const errors = problems.map((one) => ({ propertyPath: one.propertyPath, reason: formatProblem(one) }));
        // Programs in other languages get the list; a program that runs in this process prints the message alone.
        const lines = problems.map((one) => `  ${formatProblemWithPath(one)}`);
        throw new pulumi.InputPropertiesError({
            message: [`${owner} cannot be created with these arguments:`, ...lines].join("\n"),
            errors,
        });
    }
}

const checkedAlready = new WeakSet();

/** Arguments that one component makes for another after it has checked its own: their user knows them by other paths. */
export function alreadyChecked<T extends object>(args: T): T {
    checkedAlready.add(args);
    return args;
}

/** Whether another component has made these arguments. */
export function isAlreadyChecked(args: object): boolean {
    return checkedAlready.has(args);
}

/**
 * Refuses wrong plain values at once. The Output that comes back fails when a value that is known only later turns out wrong,
 * so whatever waits for it is not registered then.
 */
export function checkArguments<T extends object>(
    owner: string,
    args: T,
    problems: (args: T | pulumi.Unwrap<T>) => Problem[],
    /** Checks that take their time, of values that have passed the others. */
    slowProblems: (args: pulumi.Unwrap<T>) => Promise<Problem[]> = () => Promise.resolve([]),
): pulumi.Output<unknown> {
    if (isAlreadyChecked(args)) {
        return pulumi.output(undefined);
    }
    throwIfInvalid(owner, problems(args));
    return pulumi.output(args).apply(async (known) => {
        const wrong = problems(known);
        const missing = wrong.length > 0 ? wrong : findUndefinedOutputs(args, known, "");
        const found = missing.length > 0 ? missing : await slowProblems(known);
        throwIfInvalid(owner, await Promise.all(found.map((one) => withoutSecretValue(one, args))));
    });
}

/** Outputs that turn out to be nothing: one would silently take the place of a default, such as that of `external.mode`. */
function findUndefinedOutputs(given: unknown, known: unknown, path: string): Problem[] {
    if (isLater(given)) {
        return known === undefined || known === null
            ? [{ propertyPath: path, reason: "is an Output of nothing: give it a value, or leave the argument out" }]
            : [];
    }
    if (typeof given !== "object" || given === null) {
        return [];
    }
    return Object.entries(given).flatMap(([key, value]) =>
        findUndefinedOutputs(
            value,
            (known as Record<string, unknown>)[key],
            Array.isArray(given) ? `${path}[${key}]` : join(path, key),
        ),
    );
}

/** The problem without the value, where that is a secret. */
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
