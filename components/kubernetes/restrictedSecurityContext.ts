/** The part of the Pod Security Standard "restricted" that images which run as root can meet, too. */

/** What "restricted" requires of a container, besides a user other than root (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
export const restrictedSecurityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
};
