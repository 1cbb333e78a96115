/** Names and namespaces of objects for which the program sets none: provider/pkg/metadata/naming.go. */
import { createHash } from "node:crypto";
import { isObject, isUnknown, type Properties, toText } from "../plugin/values";
import type { ApiServer, KubernetesObject } from "./apiServer";
import { autonamed } from "./objects";

export function autoname(object: KubernetesObject, name: string): void {
    const annotations = object.metadata["annotations"];
    object.metadata = {
        ...object.metadata,
        name,
        ...(isUnknown(annotations)
            ? {}
            : { annotations: { ...(isObject(annotations) ? annotations : {}), [autonamed]: "true" } }),
    };
}

/** The engine's seed is the same in a preview and in the update after it, so the name is the same, too. */
export function createSuffix(randomSeed: Uint8Array): string {
    return createHash("sha256").update(randomSeed).digest("hex").slice(0, 8);
}

/** An object's metadata with the namespace that it is created in, and without one if its type is cluster-scoped. */
export async function withNamespace(api: ApiServer, object: KubernetesObject): Promise<Properties> {
    if (!isObject(object.metadata) || isUnknown(object.metadata["namespace"])) {
        return object.metadata;
    }
    const { namespace: given, ...metadata } = object.metadata;
    const namespace = (await api.serves(object)) ? await api.namespaceOf(object) : toText(given, "default");
    return namespace ? { ...metadata, namespace } : metadata;
}
