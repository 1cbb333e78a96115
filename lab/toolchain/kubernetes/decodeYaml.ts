/** Parses YAML for ConfigFile and ConfigGroup of the SDK: provider/pkg/provider/invoke_decode_yaml.go. */
import { parseAllDocuments } from "yaml";
import { isObject, type Properties, type Value } from "../plugin/values";

export function decodeYaml(text: string): Properties[] {
    // Kubernetes reads YAML 1.1, in which `on` and `yes` are booleans.
    const documents = [...parseAllDocuments(text, { version: "1.1" })];
    const broken = documents.flatMap(({ errors }) => errors)[0];
    if (broken !== undefined) {
        throw broken;
    }
    const values = documents.map((document) => document.toJS() as Value);
    // Manifests may have empty documents.
    return values.filter(isObject).filter(({ apiVersion, kind }) => apiVersion && kind);
}
