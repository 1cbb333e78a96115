/** The names of the Kubernetes objects of a chain. */
import type * as pulumi from "@pulumi/pulumi";
import { input, isLater, object } from "../validation/checks";
import { objectName, serviceName } from "./names";
import { problem, type Problem } from "../validation/problem";

/** Names for objects that are to be called otherwise than by default. */
export interface ObjectNames {
    /** Service in front of the workload; its DNS name is in the server's certificate. Default: the component's name. */
    readonly service?: pulumi.Input<string>;
    /** Deployment. Default: the component's name. */
    readonly deployment?: pulumi.Input<string>;
    /** ServiceAccount of the pods. Default: the component's name. */
    readonly serviceAccount?: pulumi.Input<string>;
    /** PodDisruptionBudget of the pods. Default: the component's name. */
    readonly podDisruptionBudget?: pulumi.Input<string>;
    /** NetworkPolicy with the allowed sources. Default: "<component>-sources". */
    readonly networkPolicy?: pulumi.Input<string>;
    /** AuthorizationPolicy that keeps the pods closed to whoever may not reach them; with existingWorkload a hash of the selector follows. Default: "<component>-guard". */
    readonly guard?: pulumi.Input<string>;
    /** AuthorizationPolicy that says the same as the guard, should one of the two be deleted; with existingWorkload a hash of the selector follows. Default: "<component>-second-guard". */
    readonly secondGuard?: pulumi.Input<string>;
    /** PeerAuthentication that demands mesh mTLS in the namespace. Default: "<component>-namespace". */
    readonly namespacePeerAuthentication?: pulumi.Input<string>;
    /** PeerAuthentication that excepts the TLS port. Default: "<component>-external-port". */
    readonly portPeerAuthentication?: pulumi.Input<string>;
    /** Secret with the server's certificate and private key. Default: "<component>-server-tls", with certManager "<component>-server-cert-manager". */
    readonly serverSecret?: pulumi.Input<string>;
    /** Secret with the CA's certificate. Default: "<component>-client-ca". */
    readonly caSecret?: pulumi.Input<string>;
    /** Sidecar. Default: "<component>-sidecar". */
    readonly sidecar?: pulumi.Input<string>;
}

/** The same, all given. */
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

/** Wrong names, and two objects of one kind under one name. */
export function validateObjectNames(names: ResolvedObjectNames): Problem[] {
    const clashes = (role: keyof ResolvedObjectNames, other: keyof ResolvedObjectNames): Problem[] =>
        !isLater(names[role]) && names[role] === names[other]
            ? [problem(`objectNames.${role}`, names[role], `is also objectNames.${other}: give each its own name`)]
            : [];
    return [
        ...objectNamesCheck(names, "objectNames"),
        ...clashes("serverSecret", "caSecret"),
        ...clashes("guard", "secondGuard"),
        ...clashes("namespacePeerAuthentication", "portPeerAuthentication"),
    ];
}
