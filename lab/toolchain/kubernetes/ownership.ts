/**
 * The owners of an object's fields, from the API server's managedFields. As in provider/pkg/await/await.go, `patchForce`,
 * `fixCSAFieldManagers` and `handleSSAIgnoreFields`.
 */
import { isObject, type Properties, type Value } from "../plugin/values";
import type { ApiServer, KubernetesObject } from "./apiServer";
import { isAnnotated, patchForce, pluck } from "./objects";

/** The field manager of a create. The first update moves its fields to the resource's own field manager. */
export const createFieldManager = "pulumi-kubernetes";

interface ManagedFields extends Properties {
    manager: string;
    operation: string;
    fieldsV1: Properties;
}

function managedFields(object: KubernetesObject): ManagedFields[] {
    return (object.metadata["managedFields"] ?? []) as ManagedFields[];
}

/** Whether an apply takes ownership of conflicting fields. */
export function shouldForce(
    inputs: KubernetesObject,
    live: KubernetesObject | undefined,
    options: { readonly always: boolean; readonly preview: boolean },
): boolean {
    if (options.always || isAnnotated(inputs, patchForce)) {
        return true;
    }
    if (live === undefined) {
        return options.preview;
    }
    // The real update of an object from a plain create moves the ownership of its fields before it applies.
    const createdPlainly = managedFields(live).some(
        (entry) => entry.operation === "Update" && entry.manager === createFieldManager,
    );
    return (options.preview && createdPlainly) || managedFields(live).length === 0;
}

/** Moves fields that kubectl or a create of this plugin owns to the resource's own field manager. */
export async function adoptFields(
    api: ApiServer,
    live: KubernetesObject,
    fieldManager: string,
): Promise<KubernetesObject> {
    const entries = managedFields(live);
    const adopted = entries.filter(
        (entry) =>
            entry["subresource"] === undefined &&
            ((entry.operation === "Update" && /^(kubectl|before-first-apply|pulumi-kubernetes)/.test(entry.manager)) ||
                (entry.operation === "Apply" && entry.manager.startsWith("kubectl"))),
    );
    if (adopted.length === 0) {
        return live;
    }
    const isOwn = (entry: ManagedFields): boolean => entry.operation === "Apply" && entry.manager === fieldManager;
    const fields = [...entries.filter(isOwn), ...adopted].map((entry) => entry.fieldsV1).reduce(mergeFields);
    const own: ManagedFields = {
        manager: fieldManager,
        operation: "Apply",
        apiVersion: live.apiVersion,
        fieldsType: "FieldsV1",
        fieldsV1: fields,
    };
    const rest = entries.filter((entry) => !isOwn(entry) && !adopted.includes(entry));
    return api.jsonPatch(live, [
        { op: "replace", path: "/metadata/managedFields", value: [...rest, own] },
        { op: "replace", path: "/metadata/resourceVersion", value: live.metadata["resourceVersion"] ?? "" },
    ]);
}

/**
 * Leaves fields that `ignoreChanges` names to their owners: drops them from the inputs if only other managers own them, and
 * sets them to their current values otherwise.
 */
export function withoutIgnoredFields(
    inputs: KubernetesObject,
    live: KubernetesObject,
    fieldManager: string,
    ignored: readonly string[],
): KubernetesObject {
    const owns = (path: readonly string[]) => (entry: ManagedFields) =>
        pluck(entry.fieldsV1, ...path.map((key) => `f:${key}`)) !== undefined;
    let result: Properties = inputs;
    for (const text of ignored) {
        const path = text.split(".");
        const owners = managedFields(live).filter(owns(path));
        const others = owners.filter((entry) => entry.manager !== fieldManager);
        const now = pluck(live, ...path);
        if (others.length > 0 && others.length === owners.length) {
            result = withValueAt(result, path, undefined);
        } else if (now !== undefined) {
            result = withValueAt(result, path, now);
        }
    }
    return result as KubernetesObject;
}

function withValueAt(object: Properties, path: readonly string[], value: Value | undefined): Properties {
    const [key = "", ...rest] = path;
    const { [key]: child, ...others } = object;
    if (rest.length === 0) {
        return value === undefined ? others : { ...others, [key]: value };
    }
    return isObject(child) || value !== undefined
        ? { ...others, [key]: withValueAt(isObject(child) ? child : {}, rest, value) }
        : object;
}

function mergeFields(left: Properties, right: Properties): Properties {
    const result = { ...left };
    for (const [key, value] of Object.entries(right)) {
        const before = result[key];
        result[key] = isObject(before) && isObject(value) ? mergeFields(before, value) : value;
    }
    return result;
}
