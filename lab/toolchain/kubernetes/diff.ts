/** The Diff step of an object: provider/pkg/provider/provider.go, `Diff`. */
import { findDifferences, withoutIgnored } from "../plugin/difference";
import type { ChangeRequest, Difference } from "../plugin/standIn";
import { withoutSecrets } from "../plugin/values";
import { type ApiServer, type KubernetesObject, nameOf } from "./apiServer";
import { readCheckpoint } from "./checkpoint";
import { withNamespace } from "./naming";
import { autonamed, isAnnotated, normalize, prune, replaceUnready } from "./objects";
import { isComplete } from "./readiness/job";
import type { Settings } from "./settings";
import { immutablePaths, isBuiltIn, parseResourceType } from "./types";

/** Compares the live object, reduced to the old inputs, with the new inputs. */
export async function diffObject(
    api: ApiServer,
    settings: Settings,
    { type, olds, news, ignoreChanges }: ChangeRequest,
): Promise<Difference> {
    const resource = parseResourceType(type);
    const { inputs: oldInputs, live } = readCheckpoint(olds);
    const inputs = normalize(withoutSecrets(news));
    const before = prune(live, normalize(oldInputs)) as KubernetesObject;
    before.metadata = { ...before.metadata, ...(nameOf(inputs) ? { name: nameOf(live) } : {}) };
    for (const object of [before, inputs]) {
        object.metadata = await withNamespace(api, object);
    }
    const all = findDifferences(before, inputs, {
        immutable: immutablePaths(resource, settings),
        emptyIsAbsent: isBuiltIn(inputs.apiVersion),
    });
    const changes = withoutIgnored(all, ignoreChanges);
    const furtherReplaces = (await isUnready(api, inputs, live)) ? [`.metadata.annotations["${replaceUnready}"]`] : [];
    // Two objects cannot have the same name, so a replacement with a fixed name deletes the old object first.
    const replaces = furtherReplaces.length > 0 || changes.some((change) => change.replaces);
    const keepsName =
        !isAnnotated(inputs, autonamed) &&
        nameOf(inputs) === nameOf(live) &&
        (inputs.metadata["namespace"] ?? "") === (live.metadata["namespace"] ?? "");
    return { changes, furtherReplaces, deleteBeforeReplace: replaces && keepsName };
}

/** Whether the object is a Job that is not complete, with the annotation that replaces it in that case. */
async function isUnready(api: ApiServer, inputs: KubernetesObject, live: KubernetesObject): Promise<boolean> {
    if (inputs.kind !== "Job" || !isAnnotated(inputs, replaceUnready)) {
        return false;
    }
    const job = await api.get(live).catch(() => undefined);
    return job !== undefined && !isComplete(job);
}
