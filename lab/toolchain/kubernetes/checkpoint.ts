/**
 * The state of a resource: the live object and the inputs that led to it, with the secrets of the inputs. As in
 * provider/pkg/provider/provider.go, `checkpointObject` and `annotateSecrets`.
 */
import { containsSecret, isObject, isSecret, type Properties, toSecret, withoutSecrets } from "../plugin/values";
import type { KubernetesObject } from "./apiServer";

export interface Checkpoint {
    readonly inputs: KubernetesObject;
    readonly live: KubernetesObject;
    readonly fieldManager: string | undefined;
}

/** `secretsFrom` are properties as the engine sent them. Their secrets are secrets in the state, too. */
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
 * Marks values as secret where the source has a secret at the same path. A list is secret as a whole, because its elements
 * may move. The data of a Secret is always secret.
 */
export function withSecretsOf(object: Properties, source: Properties): Properties {
    const result = { ...object };
    if (object["kind"] === "Secret") {
        for (const key of ["data", "stringData"]) {
            if (result[key] !== undefined) {
                result[key] = toSecret(result[key]);
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
            result[key] = toSecret(value);
        }
    }
    return result;
}
