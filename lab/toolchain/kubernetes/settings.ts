/** The provider's settings that the stand-in knows, from the stack's configuration, the program or the environment. */
import { existsSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { Properties, withoutSecrets } from "../plugin/values";
import { ApiServer } from "./apiServer";

export interface Settings {
    readonly enablePatchForce: boolean;
    readonly enableSecretMutable: boolean;
    readonly enableConfigMapMutable: boolean;
    /** Whether a create takes over an object that exists already. */
    readonly upsertExistingObjects: boolean;
}

const known = [
    "kubeconfig",
    "context",
    "cluster",
    "namespace",
    "enableServerSideApply",
    "enablePatchForce",
    "enableSecretMutable",
    "enableConfigMapMutable",
    "upsertExistingObjects",
    "version",
];

export function readSettings(properties: Properties): { settings: Settings; api: ApiServer } {
    const given = withoutSecrets(properties);
    const unknownSettings = Object.keys(given).filter((key) => !known.includes(key) && !key.startsWith("__"));
    if (unknownSettings.length > 0) {
        throw new Error(`the stand-in for the kubernetes plugin does not know ${unknownSettings.join(", ")}`);
    }
    const isOn = (setting: string, variable: string): boolean =>
        String(given[setting] ?? process.env[variable] ?? "false") === "true";
    if (String(given["enableServerSideApply"] ?? "true") !== "true") {
        throw new Error("the stand-in for the kubernetes plugin always applies on the server's side");
    }
    return {
        settings: {
            enablePatchForce: isOn("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
            enableSecretMutable: isOn("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
            enableConfigMapMutable: isOn("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
            upsertExistingObjects: isOn("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        },
        api: connect(given),
    };
}

function connect(given: Properties): ApiServer {
    const config = new KubeConfig();
    const { kubeconfig, context, cluster, namespace } = given;
    if (typeof kubeconfig === "string" && kubeconfig !== "") {
        // Either a path or the contents: provider/pkg/provider/util.go, `parseKubeconfigString`.
        if (existsSync(kubeconfig)) {
            config.loadFromFile(kubeconfig);
        } else {
            config.loadFromString(kubeconfig);
        }
    } else {
        config.loadFromDefault();
    }
    if (typeof context === "string") {
        config.setCurrentContext(context);
    }
    const current = config.getContextObject(config.getCurrentContext());
    if (typeof cluster === "string" && current) {
        config.contexts = config.contexts.map((entry) => (entry === current ? { ...entry, cluster } : entry));
    }
    return new ApiServer(config, String(namespace ?? current?.namespace ?? "default"));
}
