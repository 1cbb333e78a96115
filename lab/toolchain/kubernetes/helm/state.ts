/** The state of a release: its arguments, with what Helm knows of it. */
import { type Properties, isObject, secret, text, unknown, withoutSecrets } from "../../plugin/values";
import { withSecretsOf } from "../checkpoint";
import { pluck } from "../objects";
import type { Installed } from "./program";

/** `inputs` are as the engine sent them: what is secret there is in the state. */
export function releaseState(inputs: Properties, installed: Installed): Properties {
    const plain = withoutSecrets(inputs);
    const { metadata, values, objects } = installed;
    const { name, namespace, revision, status, chart, version, appVersion } = metadata;
    const outputs = {
        ...plain,
        version,
        values: merge(plain["values"] as Properties, values),
        resourceNames: namesByType(objects),
        status: { name, namespace, revision, status, chart, version, appVersion },
    } as Properties;
    return { ...withSecretsOf(outputs, inputs), __inputs: secret(inputs) };
}

export function plannedState(inputs: Properties): Properties {
    return { ...inputs, resourceNames: unknown, status: unknown };
}

/** What of the state the old or the new arguments speak of. */
export function spokenOf(state: Properties, ...inputs: readonly Properties[]): Properties {
    return Object.fromEntries(
        Object.entries(state)
            .filter(([key]) => inputs.some((each) => key in each))
            .map(([key, value]) => {
                const below = inputs.map((each) => each[key]).filter(isObject);
                return [key, isObject(value) ? spokenOf(value, ...below) : value];
            }),
    );
}

function merge(base: Properties, over: Properties): Properties {
    const merged = { ...base };
    for (const [key, value] of Object.entries(over)) {
        const below = merged[key];
        merged[key] = isObject(below) && isObject(value) ? merge(below, value) : value;
    }
    return merged;
}

/** `Deployment.apps/apps/v1`: kind and group, and the API version: provider/pkg/provider/manifest_json.go. */
function namesByType(objects: readonly Properties[]): Record<string, string[]> {
    const names: Record<string, string[]> = {};
    for (const object of objects) {
        const apiVersion = text(object["apiVersion"]);
        const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
        const namespace = text(pluck(object, "metadata", "namespace"));
        const name = text(pluck(object, "metadata", "name"));
        (names[`${text(object["kind"])}${group}/${apiVersion}`] ??= []).push(namespace ? `${namespace}/${name}` : name);
    }
    return Object.fromEntries(Object.entries(names).map(([type, list]) => [type, [...new Set(list)].sort()]));
}
