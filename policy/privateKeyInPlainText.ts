/** Private keys that Pulumi would keep in plain text: in its state, in previews, in logs. */
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { isSecret, kubernetesObject } from "./kubernetesObject";
import { privateKeys } from "./pem";
import { at, isMap, propertyPath, readable } from "./values";

type Keys = readonly string[];

/**
 * Looks for another policy. The engine tells a policy pack which values are Pulumi secrets, but @pulumi/policy unwraps them for
 * every policy that validates, and keeps them apart only for those that remediate (server.ts, deserialize.ts: `proxySecrets`).
 * So this one remediates nothing and looks, right before the same resource is validated.
 */
export const secretValues: ResourceValidationPolicy = {
    name: "secret-values",
    description: "Finds out which values are Pulumi secrets, for private-key-in-plain-text. It changes nothing.",
    enforcementLevel: "remediate",
    remediateResource: (resource) => {
        found.set(resource.urn, keysInPlainText(resource));
    },
};

/** What it found in the resources that are still to be validated. */
const found = new Map<string, readonly Keys[] | undefined>();

/** It makes no secrets of them: the engine would write the values as they were before into the events of the run (PolicyRemediationEvent). */
export const privateKeyInPlainText: ResourceValidationPolicy = {
    name: "private-key-in-plain-text",
    description: "A private key has to be a Pulumi secret.",
    enforcementLevel: "mandatory",
    validateResource: (resource, reportViolation) => {
        const inPlainText = found.get(resource.urn);
        found.delete(resource.urn);
        for (const keys of inPlainText ?? keysOf(resource, readable(resource.props))) {
            reportViolation(
                `${propertyPath(keys)}: ${
                    inPlainText
                        ? "is a private key in plain text, and Pulumi would keep it so in the stack's state: make it a secret, with pulumi.secret(...), config.requireSecret(...), or as the output of a resource that makes keys"
                        : 'is a private key, and whether it is a Pulumi secret cannot be seen: set the policy "secret-values" back to its level, "remediate"'
                }`,
            );
        }
    },
};

/** Nothing where it cannot be told. */
function keysInPlainText(resource: ResourceValidationArgs): Keys[] | undefined {
    // Two proxies, one for unknown values and one for secrets, each of which gives out what is behind it (proxy.ts, secret.ts).
    const behind = "__getSpecialProxyTarget";
    const wrapped = at(resource.props, behind, behind);
    return isMap(wrapped) ? keysOf(resource, readable(resource.props, wrapped)) : undefined;
}

/**
 * Objects of Kubernetes other than Secrets must not have any, secret or not: privateKeyOutsideSecret. The data of a Secret are
 * always one, whoever declares them: its provider sees to that (pulumi-kubernetes: provider/pkg/provider/provider.go, annotateSecrets).
 */
function keysOf(resource: ResourceValidationArgs, content: unknown): Keys[] {
    const object = kubernetesObject(resource);
    if (object === undefined) {
        return privateKeys(content);
    }
    return isSecret(object) && isMap(content)
        ? privateKeys({ ...content, data: undefined, stringData: undefined })
        : [];
}
