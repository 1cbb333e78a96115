/** Handles errors of the API server and objects that do not become ready. */
import { InitializationError, type State } from "../plugin/standIn";
import { ApiError, type KubernetesObject } from "./apiServer";
import { NotReadyError } from "./await";

/** Whether a preview shows the inputs instead of the API server's answer. It then also hides that an object exists. */
export function cannotPreview(error: unknown): boolean {
    return (
        error instanceof ApiError &&
        (error.reason === "Forbidden" ||
            error.reason === "AlreadyExists" ||
            (error.code === 404 && error.aboutKind === "namespaces"))
    );
}

export function toInitializationError(
    error: unknown,
    state: (live: KubernetesObject) => State,
    prefix?: string,
): unknown {
    if (!(error instanceof NotReadyError)) {
        return error;
    }
    const message = prefix === undefined ? error.message : `${prefix}: ${error.message}`;
    return new InitializationError(message, state(error.object), [message, ...error.reasons]);
}
