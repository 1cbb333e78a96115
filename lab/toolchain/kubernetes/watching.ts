/**
 * The plugin watches objects while it waits; the stand-in polls them. If the user is not allowed to list all of them, the
 * plugin waits without an error and beyond any time limit: provider/pkg/await/informers/factory.go, `Subscribe`. If the user
 * is allowed to list but not to watch, it waits longer. The plugin also reads Events, to show them, and does not need them;
 * the stand-in does not read them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ApiServer } from "./apiServer";

const retryMilliseconds = 1000;

/** Waits until the user is allowed to list the types, in the notation "v1/Pod", "apps/v1/Deployment". */
export async function waitUntilReadable(
    api: ApiServer,
    types: readonly string[],
    namespace: string,
    canceled: AbortSignal,
): Promise<void> {
    await Promise.all(
        types.map(async (type) => {
            const end = type.lastIndexOf("/");
            const [apiVersion, kind] = [type.slice(0, end), type.slice(end + 1)];
            while (!canceled.aborted && !(await isAllowed(api.list(apiVersion, kind, namespace)))) {
                await sleep(retryMilliseconds, undefined, { signal: canceled }).catch(() => undefined);
            }
            await isAllowed(api.tryWatch(apiVersion, kind, namespace));
        }),
    );
}

async function isAllowed(request: Promise<unknown>): Promise<boolean> {
    try {
        await request;
        return true;
    } catch (error) {
        if (error instanceof ApiError && error.reason === "Forbidden") {
            return false;
        }
        throw error;
    }
}
