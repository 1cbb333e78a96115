/** Updates an object with server-side apply, and releases a patch: provider/pkg/await/await.go, provider/pkg/ssa. */
import { ApiError, type ApiServer, type KubernetesObject } from "./apiServer";
import { adoptFields, shouldForce, withoutIgnoredFields } from "./ownership";

export interface UpdateOptions {
    readonly name: string;
    readonly isPatch: boolean;
    readonly fieldManager: string;
    readonly enablePatchForce: boolean;
    readonly ignoreChanges: readonly string[];
    readonly preview: boolean;
}

export async function updateObject(
    api: ApiServer,
    inputs: KubernetesObject,
    options: UpdateOptions,
): Promise<KubernetesObject> {
    const { name, isPatch, fieldManager, enablePatchForce, ignoreChanges, preview } = options;
    let live = await api.get(inputs, name);
    if (!isPatch && !preview) {
        live = await adoptFields(api, live, fieldManager);
    }
    const applied = withoutIgnoredFields(inputs, live, fieldManager, ignoreChanges);
    try {
        return await api.apply(applied, {
            fieldManager,
            dryRun: preview,
            force: shouldForce(inputs, live, { always: enablePatchForce, preview }),
        });
    } catch (error) {
        throw toConflictError(error, fieldManager);
    }
}

/** Applies only the object's identity, which removes the fields that have no other owner. */
export async function releaseFields(api: ApiServer, object: KubernetesObject, fieldManager: string): Promise<void> {
    const { apiVersion, kind, metadata } = object;
    const { name = "", namespace } = metadata;
    await api.apply(
        { apiVersion, kind, metadata: { name, ...(namespace ? { namespace } : {}) } },
        { fieldManager, force: false },
    );
}

export function toConflictError(error: unknown, fieldManager: string): unknown {
    if (!(error instanceof ApiError) || error.reason !== "Conflict") {
        return error;
    }
    const help =
        "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
        "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";
    return new Error(
        `server-side apply field conflict detected, see ${help} for troubleshooting help\n` +
            `The resource managed by field manager "${fieldManager}" had an apply conflict: ${error.message}`,
    );
}

/** Explains that a patch cannot release a field that the object requires. */
export function toRequiredFieldError(error: unknown): unknown {
    if (!(error instanceof ApiError) || error.reason !== "Invalid") {
        return error;
    }
    const required = error.causes.find((cause) => cause.reason === "FieldValueRequired");
    return required === undefined
        ? error
        : new Error(
              "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set " +
                  "the `retainOnDelete` resource option, or transfer ownership of the field before deleting: " +
                  required.field,
          );
}
