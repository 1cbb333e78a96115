/** Problems of arguments, in the kinds of Kubernetes' API validation (k8s.io/apimachinery: pkg/util/validation/field/errors.go). */

/** What is wrong with one argument. */
export interface Problem {
    /** How the value breaks its rule. */
    readonly kind: "invalid" | "required" | "notSupported" | "duplicate" | "forbidden";
    readonly propertyPath: string;
    /** The value as the message shows it; undefined where it may be secret, or adds nothing. */
    readonly shown?: string;
    /** The rule that the value breaks, and the remedy. */
    readonly reason: string;
}

/** A value that breaks a rule. Leave `value` undefined where it may be secret. */
export function invalid(path: string, value: unknown, detail: string): Problem {
    return { kind: "invalid", propertyPath: path, ...shown(value), reason: detail };
}

/** An argument that has to be set. */
export function required(path: string, detail?: string): Problem {
    return {
        kind: "required",
        propertyPath: path,
        reason: detail === undefined ? "is required" : `is required: ${detail}`,
    };
}

/** A value that is none of those that the argument takes. */
export function notSupported(path: string, value: unknown, supported: readonly string[]): Problem {
    const values = supported.map((one) => JSON.stringify(one)).join(", ");
    return { kind: "notSupported", propertyPath: path, ...shown(value), reason: `must be one of ${values}` };
}

/** A value that must be unique and is not. */
export function duplicate(path: string, value: unknown, detail: string): Problem {
    return { kind: "duplicate", propertyPath: path, ...shown(value), reason: detail };
}

/** An argument that must not be set here, such as one that contradicts another one. */
export function forbidden(path: string, detail: string): Problem {
    return { kind: "forbidden", propertyPath: path, reason: detail };
}

/** A PEM text may be a private key in the wrong place, so messages do not show it. */
function shown(value: unknown): { readonly shown?: string } {
    // JSON has no bigint.
    const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner)) as
        string | undefined;
    return text === undefined ? {} : { shown: text.includes("-----BEGIN ") ? "a PEM text" : text };
}

/** The text of a problem after its path. */
export function formatProblem({ shown, reason }: Problem): string {
    return shown === undefined ? reason : `${shown} ${reason}`;
}

export function formatProblemWithPath(found: Problem): string {
    return `${found.propertyPath}: ${formatProblem(found)}`;
}

export function join(path: string, key: string): string {
    return path === "" ? key : `${path}.${key}`;
}
