/** The provider settings that the stand-in supports, from the stack's configuration, the program or the environment. */
import { type Properties, toText, withoutSecrets } from "../plugin/values";
import { connect, type Connection } from "./kubeconfig";

export interface Settings {
    readonly enablePatchForce: boolean;
    readonly enableSecretMutable: boolean;
    readonly enableConfigMapMutable: boolean;
    /** Whether a create updates an object that exists already. */
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
    /** The namespace of resources that name none. */
    readonly defaultNamespace: string;
}

export function readSettings(properties: Properties): Configuration {
    const given = withoutSecrets(properties);
    const unknownSettings = Object.keys(given).filter((key) => !known.includes(key) && !key.startsWith("__"));
    if (unknownSettings.length > 0) {
        throw new Error(
            `the stand-in for the kubernetes plugin does not support the settings ${unknownSettings.join(", ")}`,
        );
    }
    const isOn = (setting: string, variable: string): boolean =>
        toText(given[setting] ?? process.env[variable]) === "true";
    if (toText(given["enableServerSideApply"], "true") !== "true") {
        throw new Error("the stand-in for the kubernetes plugin supports only server-side apply");
    }
    const connection = openConnection(given);
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

function openConnection({ kubeconfig, context, cluster }: Properties): Connection {
    return connect({
        ...(typeof kubeconfig === "string" ? { kubeconfig } : {}),
        ...(typeof context === "string" ? { context } : {}),
        ...(typeof cluster === "string" ? { cluster } : {}),
    });
}
