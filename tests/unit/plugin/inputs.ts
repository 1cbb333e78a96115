/**
 * Arguments that hold more than JSON, for both ways in: secrets, and values that another resource has only once it is created.
 * Through the plugin they are Pulumi's output values (sdk/nodejs/runtime/rpc.ts).
 */
import { secretSignature, signatureKey } from "../recording";

export const sourceUrn = "urn:pulumi:stack::project::pulumi:pulumi:Stack$tests:index:Source::source";

/** A secret that the program knows. */
export interface SecretText {
    readonly $secret: string;
}

/** An output of another resource, secret or not. */
export interface LaterValue {
    readonly $later: unknown;
    readonly secret?: boolean;
}

export function secret(text: string): SecretText {
    return { $secret: text };
}

export function later(value: unknown, options: { readonly secret?: boolean } = {}): LaterValue {
    return { $later: value, ...options };
}

const outputValueSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Whether the engine is told that this is a secret. */
export function isSecret(value: unknown): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        (value as Record<string, unknown>)[signatureKey] === secretSignature
    );
}

/** The arguments as the engine hands them to a plugin. */
export function asOutputValues(value: unknown, preview: boolean): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map((item) => asOutputValues(item, preview));
    }
    if ("$secret" in value) {
        return { [signatureKey]: outputValueSignature, value: value.$secret, secret: true };
    }
    if ("$later" in value) {
        const { $later, secret: isSecret = false } = value as LaterValue;
        return {
            [signatureKey]: outputValueSignature,
            ...(preview ? {} : { value: $later }),
            secret: isSecret,
            dependencies: [sourceUrn],
        };
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asOutputValues(item, preview)]));
}

/** Whether anything in there comes from the other resource. */
export function dependsOnSource(value: unknown): boolean {
    return (
        typeof value === "object" &&
        value !== null &&
        ("$later" in value || Object.values(value).some((item) => dependsOnSource(item)))
    );
}
