/** The provider's settings that the stand-in knows, from the stack's configuration, the program or the environment. */
import { type Properties, text, withoutSecrets } from "../plugin/values";
import { type Connection, connect } from "./kubeconfig";

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

export interface Configuration {
    readonly settings: Settings;
    readonly connection: Connection;
    /** Where something goes that names no namespace. */
    readonly defaultNamespace: string;
}

export function readSettings(properties: Properties): Configuration {
    const given = withoutSecrets(properties);
    const unknownSettings = Object.keys(given).filter((key) => !known.includes(key) && !key.startsWith("__"));
    if (unknownSettings.length > 0) {
        throw new Error(`the stand-in for the kubernetes plugin does not know ${unknownSettings.join(", ")}`);
    }
    const isOn = (setting: string, variable: string): boolean =>
        text(given[setting] ?? process.env[variable]) === "true";
    if (text(given["enableServerSideApply"], "true") !== "true") {
        throw new Error("the stand-in for the kubernetes plugin always applies on the server's side");
    }
    const connection = open(given);
    const { namespace } = given;
    return {
        settings: {
            enablePatchForce: isOn("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
            enableSecretMutable: isOn("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
            enableConfigMapMutable: isOn("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
            upsertExistingObjects: isOn("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        },
        connection,
        defaultNamespace: typeof namespace === "string" ? namespace : (connection.namespace ?? "default"),
    };
}

function open({ kubeconfig, context, cluster }: Properties): Connection {
    return connect({
        ...(typeof kubeconfig === "string" ? { kubeconfig } : {}),
        ...(typeof context === "string" ? { context } : {}),
        ...(typeof cluster === "string" ? { cluster } : {}),
    });
}
