/** The arguments of a ConnectivityCheck. */
import type * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../certificates/keyPairs";
import {
    input,
    integer,
    isLater,
    list,
    mapOf,
    matching,
    nonEmptyString,
    object,
    oneOf,
    plain,
    portNumber,
    required,
    string,
} from "../validation/checks";
import type { ConnectivityListener, ConnectivityTarget } from "./target";
import { dnsLabel, dnsName } from "../kubernetes/names";
import { TlsMode } from "../listeners/listenerTls";
import { ListenerProtocol } from "../listeners/listeners";
import type { IstiodDeployments } from "./istiodReader";
import type { Problem } from "../validation/problem";
import { certificatesPem, pem } from "../x509/pem";
import { revisionsCheck } from "../mesh/revisions";

/** A version that is published, so that the check does what was tested. */
export const defaultCheckImage = "docker.io/curlimages/curl:8.16.0";

export interface ConnectivityCheckArgs {
    /** What is checked: the output connectivityTarget of a SidecarTlsTermination. */
    readonly target: pulumi.Input<ConnectivityTarget>;
    /** The bundle of a client that the chain lets in, with its private key. Default: the one in target, which a chain with connectivityCheckClient issues. */
    readonly clientBundle?: pulumi.Input<ClientBundle>;
    /** Path of the HTTP requests, which the application answers with a status that is neither 403 nor 5xx: with these Envoy refuses. Default: "/". */
    readonly path?: pulumi.Input<string>;
    /** Image of the Jobs: a POSIX shell and curl 7.75 or newer, which runs as any user. Default: "docker.io/curlimages/curl:8.16.0". */
    readonly image?: pulumi.Input<string>;
    /** How long a change may take until all of its expectations hold, in seconds, at most 300. Default: 60. */
    readonly timeoutSeconds?: pulumi.Input<number>;
    /** Texts besides target that decide when the check runs again, such as the image of a Deployment of yours, of which the chain does not know. Default: none. */
    readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
    /** The istiods that serve the workload: a Role beside them lets the check read their Deployments, and name there what contradicts the feature flag. Plain value; its namespace takes an Output. Default: no Role, and the check says nothing of istiod. */
    readonly istiod?: IstiodDeployments;
    /** Name of the ServiceAccount and the Secret; the Jobs are <objectName>-mesh and <objectName>-outside. At most 55 characters. Default: "<component>-check". */
    readonly objectName?: pulumi.Input<string>;
}

const listenerCheck = object<ConnectivityListener>({
    name: required(nonEmptyString),
    protocol: required(oneOf(Object.values(ListenerProtocol))),
    servicePort: required(portNumber),
    mode: oneOf(Object.values(TlsMode)),
});

const bundleCheck = object<ClientBundle>({
    caCertificatePem: required(input(certificatesPem)),
    certificatePem: required(input(certificatesPem)),
    privateKeyPem: input(pem),
});

/** The chain knows what it gives out; only what a program puts together by hand can lack something. */
const issuedBundleCheck = object<ClientBundle>({
    caCertificatePem: required(input(nonEmptyString)),
    certificatePem: required(input(nonEmptyString)),
    privateKeyPem: input(nonEmptyString),
});

const targetCheck = object<ConnectivityTarget>({
    namespace: required(input(dnsLabel)),
    host: required(input(dnsName)),
    listeners: required(input(list(listenerCheck))),
    clientBundle: input(issuedBundleCheck),
    injectionLabels: required(input(mapOf(nonEmptyString, input(string)))),
    digest: required(input(nonEmptyString)),
});

const connectivityCheckArgsCheck = object<ConnectivityCheckArgs>({
    target: required(input(targetCheck)),
    clientBundle: input(bundleCheck),
    path: input(
        matching(
            /^\/[\x21-\x7e]*$/,
            'must be the path of a URL, such as "/healthz": printable ASCII that begins with "/"',
        ),
    ),
    image: input(nonEmptyString),
    timeoutSeconds: input(integer(1, 300, " of seconds")),
    triggers: input(list(nonEmptyString)),
    istiod: plain(object<IstiodDeployments>({ namespace: input(dnsLabel), revisions: revisionsCheck })),
    objectName: input(
        matching(
            /^(?=.{1,55}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
            "must be at most 55 lower-case letters, digits and '-', beginning and ending with a letter or digit",
        ),
    ),
});

export function validateConnectivityCheck(
    component: string,
    args: ConnectivityCheckArgs | pulumi.Unwrap<ConnectivityCheckArgs>,
): Problem[] {
    const problems = connectivityCheckArgsCheck(
        { ...args, objectName: args.objectName ?? defaultObjectName(component) },
        "",
    );
    return problems.length > 0 ? problems : validateBundle(args);
}

export function defaultObjectName(component: string): string {
    return `${component}-check`;
}

/** A client that cannot prove who it is would be refused, and the check fail for that alone. */
function validateBundle({
    target,
    clientBundle,
}: ConnectivityCheckArgs | pulumi.Unwrap<ConnectivityCheckArgs>): Problem[] {
    if (isLater(clientBundle) || (clientBundle === undefined && isLater(target))) {
        return [];
    }
    const bundle = (clientBundle ?? (target as ConnectivityTarget).clientBundle) as ClientBundle | null | undefined;
    if (!bundle) {
        return [
            {
                propertyPath: "clientBundle",
                reason: "is required, since the chain issues none for the check: give one of a client that it lets in, or set connectivityCheckClient of the chain",
            },
        ];
    }
    return bundle.privateKeyPem
        ? []
        : [
              {
                  propertyPath: clientBundle ? "clientBundle.privateKeyPem" : "target.clientBundle.privateKeyPem",
                  reason: "is required: the check cannot be a client that keeps its key to itself",
              },
          ];
}
