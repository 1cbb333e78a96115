/**
 * Checks of arguments: small functions that compose, each returning what is wrong at which path. Plain values are checked
 * before the first resource is registered; the value of an Output when it is known, in the apply that feeds the first child.
 */
import * as pulumi from "@pulumi/pulumi";

/** What is wrong with one argument. */
export interface Problem {
    readonly propertyPath: string;
    /** The value as it is shown; none where it may be a key, or says nothing. */
    readonly shown?: string;
    /** The rule that it breaks. */
    readonly reason: string;
}

/** Finds the problems of a value at a property path such as `workload.port`; it is not called for `undefined`. */
export type Check = (value: unknown, path: string) => Problem[];

/** An argument that has to be given. */
export interface Required {
    readonly required: Check;
}

/** One check for each property of an arguments interface; the compiler refuses a forgotten and an unknown one. */
export type PropertyChecks<T> = { [Property in keyof T]-?: Check | Required };

export function required(check: Check): Required {
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
            const given = Array.isArray(value) ? "a list" : `a ${typeof value}`;
            return [{ propertyPath: path, reason: `must be an object, not ${given}` }];
        }
        const known = Object.entries<Check | Required>(properties);
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

function property(value: unknown, path: string, check: Check | Required): Problem[] {
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
export const text: Check = (value, path) =>
    typeof value === "string" && value !== "" ? [] : [problem(path, value, "must be a string that is not empty")];

export function textOf(most: number): Check {
    return (value, path) =>
        typeof value === "string" && value !== "" && value.length <= most
            ? []
            : [problem(path, value, `must be a string of 1 to ${most} characters`)];
}

/** A PEM text; the value never appears in an error, since it may be a private key. */
export const pem: Check = (value, path) =>
    typeof value === "string" && value.includes("-----BEGIN ")
        ? []
        : [{ propertyPath: path, reason: 'must be a text in PEM form, which begins with "-----BEGIN "' }];

export const flag: Check = (value, path) =>
    typeof value === "boolean" ? [] : [problem(path, value, "must be true or false")];

export function matching(pattern: RegExp, rule: string): Check {
    return (value, path) => (typeof value === "string" && pattern.test(value) ? [] : [problem(path, value, rule)]);
}

/** RFC 1123 label, which Kubernetes wants for a namespace. */
export const dnsLabel = matching(
    /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    "must be a DNS label: at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit",
);

/** RFC 1035 label, which Kubernetes wants for a Service. */
export const serviceName = matching(
    /^(?=.{1,63}$)[a-z]([-a-z0-9]*[a-z0-9])?$/,
    "must be the name of a Service: at most 63 lower-case letters, digits and '-', beginning with a letter",
);

/** RFC 1123 subdomain, which Kubernetes wants for most names. */
export const objectName = matching(
    /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    "must be the name of a Kubernetes object: at most 253 lower-case letters, digits, '-' and '.'",
);

const labelValuePattern = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

export const labelValue = matching(
    labelValuePattern,
    "must be a label value: at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
);

const labelKey = matching(
    /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    "must be a label key: at most 63 letters, digits, '-', '_' and '.', perhaps after a DNS name of at most 253 characters and '/'",
);

// A Sidecar's selector takes 256 (Istio's CRD), one of which may be the version.
const mostLabels = 255;

/** Labels that select pods: an empty selector would select every pod of the namespace. */
export const selectorLabels: Check = (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
        return [problem(path, value, 'must hold at least one label, such as { app: "httpbin" }')];
    }
    const count = Object.keys(value).length;
    if (count > mostLabels) {
        return [{ propertyPath: path, reason: `must hold at most ${mostLabels} labels, not ${count}` }];
    }
    return Object.entries(value).flatMap(([key, label]) => [
        ...labelKey(key, `${path}["${key}"]`),
        ...input(labelValue)(label, `${path}["${key}"]`),
    ]);
};

export function wholeNumber(least: number, most: number, unit: string): Check {
    return (value, path) =>
        typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
            ? []
            : [problem(path, value, `must be a whole number${unit} from ${least} to ${most}`)];
}

export const portNumber = wholeNumber(1, 65535, "");

const dnsNamePattern = /^(?=.{1,253}$)(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;

/** DNS name of a certificate. */
export const dnsName = matching(dnsNamePattern, "must be a DNS name such as client.example.com");

/** A list whose items take Outputs. */
export function itemsOf(check: Check): Check {
    return (value, path) =>
        Array.isArray(value)
            ? value.flatMap((item, index) => input(check)(item, `${path}[${index}]`))
            : [problem(path, value, "must be a list")];
}

/** Every item of a list that decides which resources exist. */
export function listOf(check: Check): Check {
    return (value, path) => {
        const items: unknown[] = Array.isArray(value) ? value : [];
        const twice = items.filter((item, index) => items.indexOf(item) !== index);
        return [
            ...listOfObjects(check)(value, path),
            ...twice.map((item) => problem(path, item, "must not be listed twice")),
        ];
    };
}

/** The same for items that are told apart by more than their value. */
export function listOfObjects(check: Check): Check {
    return (value, path) =>
        Array.isArray(value) && value.length > 0
            ? value.flatMap((item, index) => plain(check)(item, `${path}[${index}]`))
            : [problem(path, value, "must be a list with at least one item")];
}

export function oneOf(values: readonly string[]): Check {
    return (value, path) =>
        typeof value === "string" && values.includes(value)
            ? []
            : [problem(path, value, `must be one of ${values.map((one) => JSON.stringify(one)).join(", ")}`)];
}

/** A value and the rule that it breaks. A PEM text may be a key in the wrong place, and is not shown. */
export function problem(path: string, value: unknown, reason: string): Problem {
    // JSON has no bigint.
    const shown = JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) as
        string | undefined;
    return { propertyPath: path, shown: shown?.includes("-----BEGIN ") ? "a PEM text" : shown, reason };
}

/** Ends the program with all problems, if there are any. */
export function refuse(owner: string, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        const errors = problems.map(({ propertyPath, shown, reason }) => ({
            propertyPath,
            reason: shown === undefined ? reason : `${shown} ${reason}`,
        }));
        // Programs in other languages get the list; a program that runs in this process prints the message alone.
        const lines = errors.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
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

/**
 * Refuses wrong plain values at once. The Output that comes back fails when a value that is known only later turns out wrong,
 * so whatever waits for it is not registered then.
 */
export function checkArguments<T extends object>(
    owner: string,
    args: T,
    problems: (args: T | pulumi.Unwrap<T>) => Problem[],
): pulumi.Output<unknown> {
    if (checkedAlready.has(args)) {
        return pulumi.output(undefined);
    }
    refuse(owner, problems(args));
    return pulumi.output(args).apply(async (known) => {
        const wrong = problems(known);
        const found = wrong.length > 0 ? wrong : nothings(args, known, "");
        refuse(owner, await Promise.all(found.map((one) => withoutSecret(one, args))));
    });
}

/** Outputs that turn out to be nothing: one would silently take the place of a default, such as that of `external.mode`. */
function nothings(given: unknown, known: unknown, path: string): Problem[] {
    if (isLater(given)) {
        return known === undefined || known === null
            ? [{ propertyPath: path, reason: "is an Output of nothing: give it a value, or leave the argument out" }]
            : [];
    }
    if (typeof given !== "object" || given === null) {
        return [];
    }
    return Object.entries(given).flatMap(([key, value]) =>
        nothings(
            value,
            (known as Record<string, unknown>)[key],
            Array.isArray(given) ? `${path}[${key}]` : join(path, key),
        ),
    );
}

/** The problem without the value, where that is a secret. */
async function withoutSecret(found: Problem, args: object): Promise<Problem> {
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

/** Whether the value is known only later. */
export function isLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
}

export function join(path: string, key: string): string {
    return path === "" ? key : `${path}.${key}`;
}
