/**
 * The subject of a read. A refresh reads an object that the stack declares. An import, or `get` in a program, names an object
 * that the stack does not declare, only by type and ID: provider/pkg/provider/provider.go, `Read`.
 */
import type { ChangeRequest } from "../plugin/standIn";
import { isObject, withoutSecrets } from "../plugin/values";
import type { KubernetesObject } from "./apiServer";
import { readCheckpoint } from "./checkpoint";
import { normalize, prune } from "./objects";
import { isBuiltIn, parseResourceType } from "./types";

export interface Subject {
    readonly identity: KubernetesObject;
    /** The declared fields, as far as they are known. */
    readonly inputs: KubernetesObject;
    readonly isDeclared: boolean;
    readonly fieldManager: string | undefined;
}

export function resolveSubject({ type, id, olds, news }: ChangeRequest): Subject {
    const { live, fieldManager } = readCheckpoint(olds);
    const inputs = normalize(withoutSecrets(news));
    const [name = "", namespace = ""] = id.split("/").reverse();
    // An object that was read before is in the state, although it is not declared.
    const source = [inputs, live].find(({ kind }) => kind);
    const { apiVersion, kind } = source ?? parseResourceType(type);
    const identity: KubernetesObject = { apiVersion, kind, metadata: { name, namespace } };
    return {
        identity,
        inputs: inputs.kind ? inputs : identity,
        isDeclared: source !== undefined,
        fieldManager,
    };
}

/** Annotations that users do not declare: the Deployment controller writes the first, `kubectl apply` the second. */
const writtenByOthers = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/**
 * Selects the inputs that a read returns: for an undeclared object of a built-in type everything that can be declared, and for
 * an undeclared custom resource, whose schema the plugin does not know, only its identity.
 */
export function selectInputs({ inputs, isDeclared }: Subject, live: KubernetesObject): KubernetesObject {
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
