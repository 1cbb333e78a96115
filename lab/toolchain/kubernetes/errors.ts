/** What the engine is told when the API server refuses or an object does not become what it should. */
import { InitializationError, type State } from "../plugin/standIn";
import { ApiError, type KubernetesObject } from "./apiServer";
import { NotReadyError } from "./await";

/** A preview that the API server cannot answer shows the inputs as they are: it also hides that an object exists. */
export function cannotPreview(error: unknown): boolean {
    return (
        error instanceof ApiError &&
        (error.reason === "Forbidden" ||
            error.reason === "AlreadyExists" ||
            (error.code === 404 && error.aboutKind === "namespaces"))
    );
}

export function initializationError(
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
