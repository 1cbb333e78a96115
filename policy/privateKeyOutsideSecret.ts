/** Private keys in Kubernetes objects other than Secrets. */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isSecret, toKubernetesObject } from "./kubernetesObject";
import { formatPrivateKeyOutsideSecret } from "./messages";
import { findPrivateKeys } from "./pem";
import { formatPath } from "./values";

export const privateKeyOutsideSecret: ResourceValidationPolicy = {
    name: "private-key-outside-secret",
    description: "Store private keys in Secrets.",
    enforcementLevel: "mandatory",
    validateResource: (resource, reportViolation) => {
        const object = toKubernetesObject(resource);
        if (object && !isSecret(object)) {
            for (const path of findPrivateKeys(object.content)) {
                reportViolation(formatPrivateKeyOutsideSecret(object, formatPath(path)));
            }
        }
    },
};
