/**
 * The state of a resource: the live object with the inputs that led to it beside it, secret where the inputs are. As in
 * provider/pkg/provider/provider.go, `checkpointObject` and `annotateSecrets`.
 */
import { type Properties, containsSecret, isObject, isSecret, secret, withoutSecrets } from "../plugin/values";
import type { KubernetesObject } from "./apiServer";

export interface Checkpoint {
    readonly inputs: KubernetesObject;
    readonly live: KubernetesObject;
    readonly fieldManager: string | undefined;
}

/** `secretsFrom` are properties as the engine sent them, whose secrets stay secret. */
export function writeCheckpoint(
    inputs: KubernetesObject,
    live: KubernetesObject,
    secretsFrom: Properties,
    fieldManager: string,
): Properties {
    return {
        ...withSecretsOf(live, secretsFrom),
        __inputs: withSecretsOf(inputs, secretsFrom),
        __initialApiVersion: inputs.apiVersion,
        __fieldManager: fieldManager,
    };
}

export function readCheckpoint(state: Properties): Checkpoint {
    const plain = withoutSecrets(state);
    const { __inputs: inputs, __fieldManager: fieldManager } = plain;
    const live = Object.fromEntries(Object.entries(plain).filter(([key]) => !key.startsWith("__")));
    return {
        inputs: (inputs ?? {}) as KubernetesObject,
        live: live as KubernetesObject,
        fieldManager: typeof fieldManager === "string" ? fieldManager : undefined,
    };
}

/**
 * A value is secret where the source's value at the same place is. A list is secret as a whole, since its elements may
 * move, and the data of a Secret always is.
 */
export function withSecretsOf(object: Properties, source: Properties): Properties {
    const result = { ...object };
    if (object["kind"] === "Secret") {
        for (const key of ["data", "stringData"]) {
            if (result[key] !== undefined) {
                result[key] = secret(result[key]);
            }
        }
        return result;
    }
    for (const [key, from] of Object.entries(source)) {
        const value = result[key];
        if (value === undefined || isSecret(value)) {
            continue;
        }
        if (isObject(value) && isObject(from) && !isSecret(from)) {
            result[key] = withSecretsOf(value, from);
        } else if (containsSecret(from)) {
            result[key] = secret(value);
        }
    }
    return result;
}
