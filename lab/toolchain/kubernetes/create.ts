/** Creating an object: a plain POST, and server-side apply for a patch: provider/pkg/await/await.go, `Creation`. */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ApiServer, type KubernetesObject, NoMatchError, isNotFound } from "./apiServer";
import { createFieldManager, takesOver } from "./ownership";
import { conflictError } from "./update";

export interface CreateOptions {
    /** Server-side apply instead of a POST. */
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
                      force: takesOver(inputs, undefined, { always: enablePatchForce, preview }),
                      fieldValidation: "Warn",
                  })
                : await api.create(inputs, { fieldManager: createFieldManager, dryRun: preview });
        } catch (error) {
            // A namespace or a definition may be on its way from elsewhere.
            const mayCome = error instanceof NoMatchError || isNotFound(error);
            if (preview || !mayCome || attempt === retries) {
                throw conflictError(error, fieldManager);
            }
            options.status(`Retry #${attempt}; creation failed: ${(error as Error).message}`);
            await sleep(1000 * 2 ** attempt);
        }
    }
}

/** The API server's refusal as the user reads it. */
export function creationError(urn: string, type: string, error: unknown): unknown {
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
