/** Private keys in objects that are not made for them. */
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { isSecret, kubernetesObject, nameOf } from "./kubernetesObject";
import { privateKeys } from "./pem";
import { propertyPath } from "./values";

export const privateKeyOutsideSecret: ResourceValidationPolicy = {
    name: "private-key-outside-secret",
    description: "In Kubernetes, private keys belong into Secrets.",
    enforcementLevel: "mandatory",
    validateResource: (resource, reportViolation) => {
        const object = kubernetesObject(resource);
        if (object && !isSecret(object)) {
            for (const keys of privateKeys(object.content)) {
                reportViolation(
                    `${propertyPath(keys)}: holds a private key, which whoever may read the ${nameOf(object)} reads, and which the cluster keeps unencrypted: put it into a Secret, and mount or reference that`,
                );
            }
        }
    },
};
