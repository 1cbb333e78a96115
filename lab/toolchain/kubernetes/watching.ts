/**
 * What the plugin watches while it waits, where the stand-in asks again and again. A user who may not list all of it waits with
 * the plugin, without an error and beyond any time limit: provider/pkg/await/informers/factory.go, `Subscribe`. One who may
 * list and not watch waits longer. The plugin asks for Events as well, to show them, and does without; the stand-in does not.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, type ApiServer } from "./apiServer";

const retryMilliseconds = 1000;

/** `types` as the API server writes them: "v1/Pod", "apps/v1/Deployment". */
export async function untilInformed(
    api: ApiServer,
    types: readonly string[],
    namespace: string,
    cancelled: AbortSignal,
): Promise<void> {
    await Promise.all(
        types.map(async (type) => {
            const end = type.lastIndexOf("/");
            const [apiVersion, kind] = [type.slice(0, end), type.slice(end + 1)];
            while (!cancelled.aborted && !(await isAllowed(api.list(apiVersion, kind, namespace)))) {
                await sleep(retryMilliseconds, undefined, { signal: cancelled }).catch(() => undefined);
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
