/** Security context of the application's container. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { omitUnset } from "../kubernetes/omitUnset";
import { restrictedSecurityContext } from "../kubernetes/restrictedSecurityContext";
import { boolean, input, integer, list, matching, object, oneOf } from "../validation/checks";

/** Seccomp profile of a container. See [Seccomp and Kubernetes](https://kubernetes.io/docs/reference/node/seccomp/). */
export const SeccompProfile = { RuntimeDefault: "RuntimeDefault", Unconfined: "Unconfined" } as const;
export type SeccompProfile = (typeof SeccompProfile)[keyof typeof SeccompProfile];

/** Security context of the application's container. See [Security Context](https://kubernetes.io/docs/tasks/configure-pod-container/security-context/). */
export interface SecurityContext {
    /** User ID of the processes in the container, from 0 to 2147483647. Default: the user of the image. */
    readonly runAsUser?: pulumi.Input<number>;
    /** Group ID of the processes in the container, from 0 to 2147483647. Default: the group of the image. */
    readonly runAsGroup?: pulumi.Input<number>;
    /** Prevents the container from starting as root. Default: false, because many images, including the image of the Istio task, run as root. */
    readonly runAsNonRoot?: pulumi.Input<boolean>;
    /** Mounts the root file system of the container read-only. Default: false. */
    readonly readOnlyRootFilesystem?: pulumi.Input<boolean>;
    /** Allows a process to gain more privileges than its parent process. Default: false. */
    readonly allowPrivilegeEscalation?: pulumi.Input<boolean>;
    /** Linux capabilities that the container keeps, in uppercase and without the prefix "CAP_", such as "CHOWN". All others are dropped. See [Security Context](https://kubernetes.io/docs/tasks/configure-pod-container/security-context/). Default: ["NET_BIND_SERVICE"], to listen on ports below 1024. */
    readonly capabilities?: pulumi.Input<pulumi.Input<string>[]>;
    /** Seccomp profile of the container. "RuntimeDefault" allows the system calls of the container runtime's default profile; "Unconfined" allows all. See [Seccomp and Kubernetes](https://kubernetes.io/docs/reference/node/seccomp/). Default: "RuntimeDefault". */
    readonly seccompProfile?: pulumi.Input<SeccompProfile>;
}

const numericId = input(integer(0, 2 ** 31 - 1, ""));

export const securityContextCheck = object<SecurityContext>({
    runAsUser: numericId,
    runAsGroup: numericId,
    runAsNonRoot: input(boolean),
    readOnlyRootFilesystem: input(boolean),
    allowPrivilegeEscalation: input(boolean),
    capabilities: input(
        list(matching(/^(?!CAP_)[A-Z][A-Z0-9_]*$/, 'must be a Linux capability without "CAP_", such as "CHOWN"')),
    ),
    seccompProfile: input(oneOf(Object.values(SeccompProfile))),
});

/**
 * The Pod Security Standard "restricted" (https://kubernetes.io/docs/concepts/security/pod-security-standards/), except for what would
 * prevent images that run as root from starting.
 */
export function securityContextSpec(given: SecurityContext | undefined): k8s.types.input.core.v1.SecurityContext {
    const { capabilities, seccompProfile, ...same } = omitUnset(given ?? {});
    return {
        ...restrictedSecurityContext,
        ...same,
        capabilities: { ...restrictedSecurityContext.capabilities, add: capabilities ?? ["NET_BIND_SERVICE"] },
        ...(seccompProfile ? { seccompProfile: { type: seccompProfile } } : {}),
    };
}
