/** Reads and normalizes Kubernetes objects as plain JSON. */
import { isObject, isUnknown, type Properties, toText, type Value } from "../plugin/values";
import type { KubernetesObject } from "./apiServer";
import { isBuiltIn } from "./types";

/**
 * Fields that the API server sets and never accepts from a user: provider/pkg/provider/provider.go, `normalizeInputs`.
 */
const readOnlyMetadata = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
];

export const autonamed = "pulumi.com/autonamed";
export const waitFor = "pulumi.com/waitFor";
export const skipAwait = "pulumi.com/skipAwait";
export const replaceUnready = "pulumi.com/replaceUnready";
export const timeoutSeconds = "pulumi.com/timeoutSeconds";
export const patchForce = "pulumi.com/patchForce";
export const patchFieldManager = "pulumi.com/patchFieldManager";
export const deletionPropagation = "pulumi.com/deletionPropagationPolicy";

/** The value at a path of keys; undefined if a part of the path is missing. */
export function pluck(value: Value | undefined, ...path: readonly string[]): Value | undefined {
    return path.reduce<Value | undefined>((current, key) => (isObject(current) ? current[key] : undefined), value);
}

export function annotation(object: KubernetesObject, name: string): string | undefined {
    const value = pluck(object.metadata, "annotations", name);
    return typeof value === "string" ? value : undefined;
}

export function isAnnotated(object: KubernetesObject, name: string): boolean {
    return annotation(object, name) === "true";
}

/** `namespace/name`, or `name` without a namespace: the ID of a resource. */
export function qualifiedName(object: KubernetesObject): string {
    const { namespace, name } = object.metadata;
    return namespace ? `${toText(namespace)}/${toText(name)}` : toText(name);
}

/** Brings the user's inputs into the form in which the API server returns them, so that both can be compared. */
export function normalize(inputs: Properties): KubernetesObject {
    const { metadata = {}, ...rest } = withoutNulls(inputs) as Properties;
    // A preview may not know the metadata yet.
    const writable = isObject(metadata)
        ? Object.fromEntries(Object.entries(metadata).filter(([key]) => !readOnlyMetadata.includes(key)))
        : metadata;
    const object = { ...rest, metadata: writable } as KubernetesObject;
    if (object.kind === "Secret") {
        return normalizeSecret(object);
    }
    return isBuiltIn(toText(object.apiVersion)) ? withoutEmptyMaps(object) : object;
}

/** The API server does not return empty maps of strings: provider/pkg/clients/unstructured.go, `Normalize`. */
function withoutEmptyMaps(object: KubernetesObject): KubernetesObject {
    const isEmptyMap = (key: string): boolean => {
        const value = pluck(object.metadata, key);
        return isObject(value) && Object.keys(value).length === 0;
    };
    const empty = ["annotations", "labels"].filter(isEmptyMap);
    return empty.length === 0
        ? object
        : {
              ...object,
              metadata: Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !empty.includes(key))),
          };
}

/** Moves stringData, which users write, to data, which the API server keeps: provider/pkg/clients/unstructured.go. */
function normalizeSecret(object: KubernetesObject): KubernetesObject {
    const { stringData, ...secret } = object;
    if (!isObject(stringData) || Object.keys(stringData).length === 0) {
        return object;
    }
    if (Object.values(stringData).some((value) => isUnknown(value))) {
        return object;
    }
    const encoded = Object.entries(stringData).map(([key, value]): [string, Value] => [
        key,
        Buffer.from(toText(value)).toString("base64"),
    ]);
    return {
        ...secret,
        data: { ...(isObject(secret["data"]) ? secret["data"] : {}), ...Object.fromEntries(encoded) },
    };
}

function withoutNulls(value: Value): Value {
    if (Array.isArray(value)) {
        return value.map(withoutNulls);
    }
    if (!isObject(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, child]) => child !== null)
            .map(([key, child]) => [key, withoutNulls(child)]),
    );
}

/**
 * Reduces the live object to the fields that the inputs set, lists by position: provider/pkg/provider/util.go,
 * `pruneMap`.
 */
export function prune(live: Properties, inputs: Properties): Properties {
    const pruned: Properties = {};
    for (const [key, value] of Object.entries(live)) {
        const input = inputs[key];
        if (input !== undefined) {
            pruned[key] = pruneValue(value, input);
        }
    }
    return pruned;
}

function pruneValue(live: Value, input: Value): Value {
    if (isObject(live) && isObject(input)) {
        return prune(live, input);
    }
    if (Array.isArray(live) && Array.isArray(input)) {
        return live.slice(0, input.length).map((element, index) => pruneValue(element, input[index] ?? null));
    }
    return live;
}
