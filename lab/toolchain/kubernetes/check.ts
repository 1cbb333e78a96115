/** The Check step of an object: provider/pkg/provider/provider.go, `Check`. */
import { type CheckRequest, nameOf as nameOfUrn } from "../plugin/standIn";
import { isObject, type Properties, withoutSecrets } from "../plugin/values";
import { nameOf } from "./apiServer";
import { withSecretsOf } from "./checkpoint";
import { autoname, createSuffix } from "./naming";
import { autonamed, isAnnotated, normalize } from "./objects";
import { parseResourceType } from "./types";

/** Normalizes the inputs of a resource, and names an object for which the program sets no name. */
export function checkInputs({ type, urn, olds, news, randomSeed }: CheckRequest): Properties {
    const { isPatch } = parseResourceType(type);
    const inputs = normalize(withoutSecrets(news));
    const { metadata } = inputs;
    if (isObject(metadata) && !metadata["name"]) {
        if (isPatch) {
            throw new Error("patch resources require the `.metadata.name` field to be set");
        }
        if (metadata["generateName"]) {
            throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
        }
        const old = normalize(withoutSecrets(olds));
        if (Object.keys(olds).length === 0) {
            autoname(inputs, `${nameOfUrn(urn)}-${createSuffix(randomSeed)}`);
        } else if (isAnnotated(old, autonamed)) {
            autoname(inputs, nameOf(old));
        }
    }
    return withSecretsOf(inputs, news);
}
