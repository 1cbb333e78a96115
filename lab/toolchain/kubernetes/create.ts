/** Creates an object with a POST, or a patch with server-side apply: provider/pkg/await/await.go, `Creation`. */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ApiServer, isNotFound, type KubernetesObject, NoMatchError } from "./apiServer";
import { createFieldManager, shouldForce } from "./ownership";
import { toConflictError } from "./update";

export interface CreateOptions {
    /** Whether to use server-side apply instead of a POST. */
    readonly applies: boolean;
    readonly fieldManager: string;
    readonly enablePatchForce: boolean;
    readonly preview: boolean;
    readonly status: (message: string) => void;
}

const retries = 5;

export async function createObject(
    api: ApiServer,
    inputs: KubernetesObject,
    options: CreateOptions,
): Promise<KubernetesObject> {
    const { applies, fieldManager, enablePatchForce, preview } = options;
    for (let attempt = 0; ; attempt++) {
        try {
            return applies
                ? await api.apply(inputs, {
                      fieldManager,
                      dryRun: preview,
                      force: shouldForce(inputs, undefined, { always: enablePatchForce, preview }),
                      fieldValidation: "Warn",
                  })
                : await api.create(inputs, { fieldManager: createFieldManager, dryRun: preview });
        } catch (error) {
            // Another client may be about to create the namespace or the definition.
            const mayAppear = error instanceof NoMatchError || isNotFound(error);
            if (preview || !mayAppear || attempt === retries) {
                throw toConflictError(error, fieldManager);
            }
            options.status(`Retry #${attempt}; creation failed: ${(error as Error).message}`);
            await sleep(1000 * 2 ** attempt);
        }
    }
}

/** Turns an error of the API server into the message for the user. */
export function toCreationError(urn: string, type: string, error: unknown): unknown {
    if (!(error instanceof Error)) {
        return error;
    }
    if (error instanceof NoMatchError) {
        return new Error(
            `creation of resource "${urn}" with kind ${type} failed because the Kubernetes API server reported that the ` +
                "apiVersion for this resource does not exist. Verify that any required CRDs have been created: " +
                error.message,
        );
    }
    const hint =
        error instanceof ApiError && error.reason === "AlreadyExists"
            ? "\n\nThe resource already exists in the cluster. A Patch resource manages single fields of an existing " +
              "object, `pulumi import` adopts it, and the provider setting upsertExistingObjects updates it on create."
            : "";
    return new Error(
        `resource "${urn}" was not successfully created by the Kubernetes API server: ${error.message}${hint}`,
    );
}
