/** The names of the Kubernetes objects that a component creates. */
import type * as pulumi from "@pulumi/pulumi";
import { input, isLater, object } from "../validation/checks";
import type { Problem } from "../validation/problem";
import * as problem from "../validation/problem";
import { objectName, serviceName } from "./names";

/** Names of the Kubernetes objects that the component creates. The defaults contain the name of the component. See [Object Names](https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */
export interface ObjectNames {
    /** Name of the Service in front of the workload. The server certificate contains the DNS name of the Service. At most 63 lowercase letters, digits and "-", beginning with a letter. Cannot be combined with `existingService`. Default: the name of the component. */
    readonly service?: pulumi.Input<string>;
    /** Name of the Deployment. At most 253 lowercase letters, digits, "-" and ".". Cannot be combined with `existingWorkload`. Default: the name of the component. */
    readonly deployment?: pulumi.Input<string>;
    /** Name of the ServiceAccount of the pods. At most 253 lowercase letters, digits, "-" and ".". Cannot be combined with `existingWorkload` and `workload.existingServiceAccount`. Default: the name of the component. */
    readonly serviceAccount?: pulumi.Input<string>;
    /** Name of the PodDisruptionBudget of the pods. At most 253 lowercase letters, digits, "-" and ".". Cannot be combined with `existingWorkload`. Default: the name of the component. */
    readonly podDisruptionBudget?: pulumi.Input<string>;
    /** Name of the NetworkPolicy for `allowedSources`. At most 253 lowercase letters, digits, "-" and ".". Default: `<component>-sources`. */
    readonly networkPolicy?: pulumi.Input<string>;
    /** Name of the AuthorizationPolicy that denies requests of clients that are not admitted (the guard). At most 253 lowercase letters, digits, "-" and ".". With `existingWorkload`, the component appends a hash of the selector. Default: `<component>-guard`. */
    readonly guard?: pulumi.Input<string>;
    /** Name of the second AuthorizationPolicy of the guard. It has the same rules as the first and keeps the port closed if the first is deleted. At most 253 lowercase letters, digits, "-" and ".". With `existingWorkload`, and for a component with `aliases`, the component appends a hash of the selector. Default: `<component>-second-guard`. */
    readonly secondGuard?: pulumi.Input<string>;
    /** Name of the PeerAuthentication that requires mesh mTLS in the namespace (`strictNamespace`). At most 253 lowercase letters, digits, "-" and ".". Default: `<component>-namespace`. */
    readonly namespacePeerAuthentication?: pulumi.Input<string>;
    /** Name of the PeerAuthentication that disables mesh mTLS on the TLS ports. At most 253 lowercase letters, digits, "-" and ".". Default: `<component>-external-port`. */
    readonly portPeerAuthentication?: pulumi.Input<string>;
    /** Name of the Secret with the server certificate and its private key. At most 253 lowercase letters, digits, "-" and ".". Cannot be combined with `existingSecrets`. Default: `<component>-server-tls`, or `<component>-server-cert-manager` with `certManager`. */
    readonly serverSecret?: pulumi.Input<string>;
    /** Name of the Secret with the CA certificates that the sidecar trusts. At most 253 lowercase letters, digits, "-" and ".". Cannot be combined with `existingSecrets` and `certManager`. Default: `<component>-client-ca`. */
    readonly caSecret?: pulumi.Input<string>;
    /** Name of the Sidecar. At most 253 lowercase letters, digits, "-" and ".". Default: `<component>-sidecar`. */
    readonly sidecar?: pulumi.Input<string>;
}

/** Object names with their defaults. */
export type ResolvedObjectNames = { readonly [Role in keyof ObjectNames]-?: pulumi.Input<string> };

export const objectNamesCheck = object<ObjectNames>({
    service: input(serviceName),
    deployment: input(objectName),
    serviceAccount: input(objectName),
    podDisruptionBudget: input(objectName),
    networkPolicy: input(objectName),
    guard: input(objectName),
    secondGuard: input(objectName),
    namespacePeerAuthentication: input(objectName),
    portPeerAuthentication: input(objectName),
    serverSecret: input(objectName),
    caSecret: input(objectName),
    sidecar: input(objectName),
});

export function resolveObjectNames(component: string, given: ObjectNames, certManager: boolean): ResolvedObjectNames {
    return {
        service: given.service ?? component,
        deployment: given.deployment ?? component,
        serviceAccount: given.serviceAccount ?? component,
        podDisruptionBudget: given.podDisruptionBudget ?? component,
        networkPolicy: given.networkPolicy ?? `${component}-sources`,
        guard: given.guard ?? `${component}-guard`,
        secondGuard: given.secondGuard ?? `${component}-second-guard`,
        namespacePeerAuthentication: given.namespacePeerAuthentication ?? `${component}-namespace`,
        portPeerAuthentication: given.portPeerAuthentication ?? `${component}-external-port`,
        serverSecret: given.serverSecret ?? `${component}-server-${certManager ? "cert-manager" : "tls"}`,
        caSecret: given.caSecret ?? `${component}-client-ca`,
        sidecar: given.sidecar ?? `${component}-sidecar`,
    };
}

/** Rejects invalid names, and two objects of one kind with one name. */
export function validateObjectNames(names: ResolvedObjectNames): Problem[] {
    const clashes = (role: keyof ResolvedObjectNames, other: keyof ResolvedObjectNames): Problem[] =>
        !isLater(names[role]) && names[role] === names[other]
            ? [
                  problem.duplicate(
                      `objectNames.${role}`,
                      names[role],
                      `is also objectNames.${other}; set different names`,
                  ),
              ]
            : [];
    return [
        ...objectNamesCheck(names, "objectNames"),
        ...clashes("serverSecret", "caSecret"),
        ...clashes("guard", "secondGuard"),
        ...clashes("namespacePeerAuthentication", "portPeerAuthentication"),
    ];
}
