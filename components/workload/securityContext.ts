/** What the application's container may do on its node. */
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { omitUnset } from "../kubernetes/omitUnset";
import { restrictedSecurityContext } from "../kubernetes/restrictedSecurityContext";
import { boolean, input, integer, list, matching, object, oneOf } from "../validation/checks";

/** Profiles of the system calls that are let through. */
export const SeccompProfile = { RuntimeDefault: "RuntimeDefault", Unconfined: "Unconfined" } as const;
export type SeccompProfile = (typeof SeccompProfile)[keyof typeof SeccompProfile];

/** Security context of the application's container (https://kubernetes.io/docs/tasks/configure-pod-container/security-context/). */
export interface SecurityContext {
    /** User ID of the processes. Default: the image's. */
    readonly runAsUser?: pulumi.Input<number>;
    /** Group ID of the processes. Default: the image's. */
    readonly runAsGroup?: pulumi.Input<number>;
    /** Refuses to start as root. Default: false, since many images, the page's among them, run as root. */
    readonly runAsNonRoot?: pulumi.Input<boolean>;
    /** Makes the image's file system read-only. Default: false. */
    readonly readOnlyRootFilesystem?: pulumi.Input<boolean>;
    /** Lets a process gain more rights than its parent has. Default: false. */
    readonly allowPrivilegeEscalation?: pulumi.Input<boolean>;
    /** Linux capabilities without "CAP_" that the processes keep of root's; none besides. Default: ["NET_BIND_SERVICE"], to listen on ports below 1024. */
    readonly capabilities?: pulumi.Input<pulumi.Input<string>[]>;
    /** System calls that are let through: "RuntimeDefault", those of the container runtime's own profile, or "Unconfined", all. Default: "RuntimeDefault". */
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

/** What Kubernetes' Pod Security Standard "restricted" demands of a container, as far as images that run as root can do with it. */
export function securityContextSpec(given: SecurityContext | undefined): k8s.types.input.core.v1.SecurityContext {
    const { capabilities, seccompProfile, ...same } = omitUnset(given ?? {});
    return {
        ...restrictedSecurityContext,
        ...same,
        capabilities: { ...restrictedSecurityContext.capabilities, add: capabilities ?? ["NET_BIND_SERVICE"] },
        ...(seccompProfile ? { seccompProfile: { type: seccompProfile } } : {}),
    };
}
