/**
 * What a read is about. A refresh reads what the stack has declared; `get` in a program, and an import, name an object that
 * it has not, by type and ID alone: provider/pkg/provider/provider.go, `Read`.
 */
import type { ChangeRequest } from "../plugin/standIn";
import { isObject, withoutSecrets } from "../plugin/values";
import type { KubernetesObject } from "./apiServer";
import { readCheckpoint } from "./checkpoint";
import { normalize, prune } from "./objects";
import { isBuiltIn, resourceType } from "./types";

export interface Subject {
    readonly identity: KubernetesObject;
    /** What is known to be declared of it. */
    readonly inputs: KubernetesObject;
    readonly isDeclared: boolean;
    readonly fieldManager: string | undefined;
}

export function subjectOf({ type, id, olds, news }: ChangeRequest): Subject {
    const { live, fieldManager } = readCheckpoint(olds);
    const inputs = normalize(withoutSecrets(news));
    const [name = "", namespace = ""] = id.split("/").reverse();
    // An object that was read before is in the state, though never declared.
    const source = [inputs, live].find(({ kind }) => kind);
    const { apiVersion, kind } = source ?? resourceType(type);
    const identity: KubernetesObject = { apiVersion, kind, metadata: { name, namespace } };
    return {
        identity,
        inputs: inputs.kind ? inputs : identity,
        isDeclared: source !== undefined,
        fieldManager,
    };
}

/** Nobody declares these: the Deployment's controller writes one, and `kubectl apply` the other. */
const writtenByOthers = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/**
 * The inputs that a read returns: of an undeclared object all that its type could have been declared with, and of a custom
 * resource, of which the plugin knows no schema, no more than its identity.
 */
export function liveInputs({ inputs, isDeclared }: Subject, live: KubernetesObject): KubernetesObject {
    if (isDeclared || !isBuiltIn(live.apiVersion)) {
        return prune(live, inputs) as KubernetesObject;
    }
    const declarable = normalize(Object.fromEntries(Object.entries(live).filter(([key]) => key !== "status")));
    const { annotations } = declarable.metadata;
    if (isObject(annotations)) {
        declarable.metadata["annotations"] = Object.fromEntries(
            Object.entries(annotations).filter(([key]) => !writtenByOthers.includes(key)),
        );
    }
    return declarable;
}
