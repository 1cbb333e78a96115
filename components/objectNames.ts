/** The names of the Kubernetes objects of a chain. */
import type * as pulumi from "@pulumi/pulumi";
import { input, isLater, object, objectName, problem, type Problem, serviceName } from "./checks";

/** Names for objects that are to be called otherwise than by default. */
export interface ObjectNamesArgs {
    /** Service in front of the workload; its DNS name is in the server's certificate. Default: the component's name. */
    readonly service?: pulumi.Input<string>;
    /** Deployment. Default: the component's name. */
    readonly deployment?: pulumi.Input<string>;
    /** ServiceAccount of the pods. Default: the component's name. */
    readonly serviceAccount?: pulumi.Input<string>;
    /** AuthorizationPolicy that closes the TLS port to connections without a client certificate. Default: "<component>-guard". */
    readonly guard?: pulumi.Input<string>;
    /** PeerAuthentication that demands mesh mTLS in the namespace. Default: "<component>-namespace". */
    readonly namespacePeerAuthentication?: pulumi.Input<string>;
    /** PeerAuthentication that excepts the TLS port. Default: "<component>-external-port". */
    readonly portPeerAuthentication?: pulumi.Input<string>;
    /** Secret with the server's certificate and private key. Default: "<component>-server-tls". */
    readonly serverSecret?: pulumi.Input<string>;
    /** Secret with the CA's certificate. Default: "<component>-client-ca". */
    readonly caSecret?: pulumi.Input<string>;
    /** Sidecar. Default: "<component>-sidecar". */
    readonly sidecar?: pulumi.Input<string>;
}

/** The same, all given. */
export type ObjectNames = { readonly [Role in keyof ObjectNamesArgs]-?: pulumi.Input<string> };

export const objectNamesCheck = object<ObjectNamesArgs>({
    service: input(serviceName),
    deployment: input(objectName),
    serviceAccount: input(objectName),
    guard: input(objectName),
    namespacePeerAuthentication: input(objectName),
    portPeerAuthentication: input(objectName),
    serverSecret: input(objectName),
    caSecret: input(objectName),
    sidecar: input(objectName),
});

export function objectNames(component: string, given: ObjectNamesArgs): ObjectNames {
    return {
        service: given.service ?? component,
        deployment: given.deployment ?? component,
        serviceAccount: given.serviceAccount ?? component,
        guard: given.guard ?? `${component}-guard`,
        namespacePeerAuthentication: given.namespacePeerAuthentication ?? `${component}-namespace`,
        portPeerAuthentication: given.portPeerAuthentication ?? `${component}-external-port`,
        serverSecret: given.serverSecret ?? `${component}-server-tls`,
        caSecret: given.caSecret ?? `${component}-client-ca`,
        sidecar: given.sidecar ?? `${component}-sidecar`,
    };
}

/** Wrong names, and two objects of one kind under one name; names that are known only later are left to the API server. */
export function objectNamesProblems(names: ObjectNames): Problem[] {
    const clashes = (role: keyof ObjectNames, other: keyof ObjectNames): Problem[] =>
        !isLater(names[role]) && names[role] === names[other]
            ? [problem(`objectNames.${role}`, names[role], `is also objectNames.${other}: give each its own name`)]
            : [];
    return [
        ...objectNamesCheck(names, "objectNames"),
        ...clashes("serverSecret", "caSecret"),
        ...clashes("namespacePeerAuthentication", "portPeerAuthentication"),
    ];
}
