/** The state of a Helm release: its arguments, and what Helm stores of it. */
import { isObject, type Properties, toSecret, toText, unknown, withoutSecrets } from "../../plugin/values";
import { withSecretsOf } from "../checkpoint";
import { pluck } from "../objects";
import type { Installed } from "./program";

/** `inputs` are as the engine sent them. Their secrets are secrets in the state, too. */
export function releaseState(inputs: Properties, installed: Installed): Properties {
    const plain = withoutSecrets(inputs);
    const { metadata, values, objects } = installed;
    const { name, namespace, revision, status, chart, version, appVersion } = metadata;
    const outputs = {
        ...plain,
        version,
        values: merge(plain["values"] as Properties, values),
        resourceNames: groupNames(objects),
        status: { name, namespace, revision, status, chart, version, appVersion },
    } as Properties;
    return { ...withSecretsOf(outputs, inputs), __inputs: toSecret(inputs) };
}

export function plannedState(inputs: Properties): Properties {
    return { ...inputs, resourceNames: unknown, status: unknown };
}

/** The part of the state that the old or the new arguments set. */
export function selectDeclared(state: Properties, ...inputs: readonly Properties[]): Properties {
    return Object.fromEntries(
        Object.entries(state)
            .filter(([key]) => inputs.some((each) => key in each))
            .map(([key, value]) => {
                const below = inputs.map((each) => each[key]).filter(isObject);
                return [key, isObject(value) ? selectDeclared(value, ...below) : value];
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

/** Names by kind, group and API version, such as `Deployment.apps/apps/v1`: provider/pkg/provider/manifest_json.go. */
function groupNames(objects: readonly Properties[]): Record<string, string[]> {
    const names: Record<string, string[]> = {};
    for (const object of objects) {
        const apiVersion = toText(object["apiVersion"]);
        const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
        const namespace = toText(pluck(object, "metadata", "namespace"));
        const name = toText(pluck(object, "metadata", "name"));
        (names[`${toText(object["kind"])}${group}/${apiVersion}`] ??= []).push(
            namespace ? `${namespace}/${name}` : name,
        );
    }
    return Object.fromEntries(Object.entries(names).map(([type, list]) => [type, [...new Set(list)].sort()]));
}
