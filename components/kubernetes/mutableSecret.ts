/** Secrets whose content is renewed in place. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { textOr } from "../validation/unchecked";

/**
 * A Secret and a patch of its data. The provider replaces a Secret whose data changes: it would be deleted and created again
 * at every renewal. So the Secret is made with empty keys, which `kubernetes.io/tls` demands, and the content is patched in,
 * all keys at once, so that nobody reads a certificate with another's private key. The patch is not undone on destroy, since
 * the Secret goes as a whole.
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
            // By the Secret's output: should the Secret ever be replaced, its content is patched in anew.
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
