/** Private keys that Pulumi would keep in plaintext: in its state, in previews, in logs. */
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { isSecret, toKubernetesObject } from "./kubernetesObject";
import { formatPrivateKeyInPlaintext, formatPrivateKeyOfUnknownSecrecy } from "./messages";
import { findPrivateKeys } from "./pem";
import { copyReadable } from "./properties";
import { unwrapSecretsProxy } from "./pulumiInternals";
import { formatPath, isRecord, type Path } from "./values";

/**
 * Two policies that work together. The engine tells a policy pack which values are Pulumi secrets, but @pulumi/policy unwraps them
 * for every policy that validates, and keeps them apart only for policies that remediate (server.ts, deserialize.ts: `proxySecrets`).
 * So the first policy looks, and remediates nothing; the second one validates the same resource right after it.
 *
 * The second one does not remediate either: the engine would write the plaintext values into the events of the run
 * (PolicyRemediationEvent).
 */
export function privateKeyPolicies(): [ResourceValidationPolicy, ResourceValidationPolicy] {
    /** By URN: the plaintext keys of resources that are still to be validated; `undefined` if secrets could not be told apart. */
    const plaintextKeys = new Map<string, readonly Path[] | undefined>();
    return [
        {
            name: "secret-values",
            description: "Finds out which values are Pulumi secrets, for private-key-in-plain-text. Changes nothing.",
            enforcementLevel: "remediate",
            remediateResource: (resource) => {
                plaintextKeys.set(resource.urn, findPlaintextKeys(resource));
            },
        },
        {
            name: "private-key-in-plain-text",
            description: "Private keys must be Pulumi secrets.",
            enforcementLevel: "mandatory",
            validateResource: (resource, reportViolation) => {
                const found = plaintextKeys.get(resource.urn);
                plaintextKeys.delete(resource.urn);
                const format = found ? formatPrivateKeyInPlaintext : formatPrivateKeyOfUnknownSecrecy;
                for (const path of found ?? findKeys(resource, copyReadable(resource.props))) {
                    reportViolation(format(resource, formatPath(path)));
                }
            },
        },
    ];
}

/** `undefined` if secrets cannot be told apart. */
function findPlaintextKeys(resource: ResourceValidationArgs): Path[] | undefined {
    const wrapped = unwrapSecretsProxy(resource.props);
    return wrapped && findKeys(resource, copyReadable(resource.props, wrapped));
}

/**
 * Kubernetes objects other than Secrets must not hold any private key, Pulumi secret or not: privateKeyOutsideSecret. The data of
 * a Secret is always a Pulumi secret, because the provider makes it one (pulumi-kubernetes: provider/pkg/provider/provider.go,
 * annotateSecrets).
 */
function findKeys(resource: ResourceValidationArgs, content: unknown): Path[] {
    const object = toKubernetesObject(resource);
    if (object === undefined) {
        return findPrivateKeys(content);
    }
    return isSecret(object) && isRecord(content)
        ? findPrivateKeys({ ...content, data: undefined, stringData: undefined })
        : [];
}
