/** Secrets whose content is updated in place. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { textOr } from "../validation/unchecked";

/**
 * Registers a Secret and a patch of its data. The provider replaces a Secret whose data changes, so every renewal would delete the
 * Secret and create it again. The Secret is therefore created with empty values for its keys, which `kubernetes.io/tls` requires, and
 * the patch sets all keys in one write, so that no reader sees a certificate with the private key of another one. On destroy the patch
 * is retained, because the Secret is deleted as a whole.
 */
export function createMutableSecret(
    name: string,
    metadata: k8s.types.input.meta.v1.ObjectMeta,
    type: "Opaque" | "kubernetes.io/tls",
    content: { readonly [key: string]: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions,
): k8s.core.v1.SecretPatch {
    const keys = Object.keys(content);
    const secret = new k8s.core.v1.Secret(
        name,
        { metadata, type, data: Object.fromEntries(keys.map((key) => [key, ""])) },
        { ...opts, ignoreChanges: ["data"] },
    );
    return new k8s.core.v1.SecretPatch(
        `${name}-content`,
        {
            // The name is an output of the Secret, so that a replaced Secret gets its content again.
            metadata: {
                name: secret.metadata.name,
                ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
                annotations: { "pulumi.com/patchForce": "true" },
            },
            data: pulumi.secret(
                pulumi
                    .output(content)
                    .apply((known) =>
                        Object.fromEntries(
                            keys.map((key) => [key, Buffer.from(textOr(known[key], "")).toString("base64")]),
                        ),
                    ),
            ),
        },
        { ...opts, dependsOn: [secret], retainOnDelete: true },
    );
}
