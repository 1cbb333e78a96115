/** The arguments of a ConnectivityCheck. */
import type * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../certificates/keyPairs";
import { dnsLabel, dnsName } from "../kubernetes/names";
import { ListenerProtocol } from "../listeners/listeners";
import { TlsMode } from "../listeners/listenerTls";
import { revisionsCheck } from "../mesh/revisions";
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
import * as problem from "../validation/problem";
import { certificatesPem, pem } from "../x509/pem";
import type { IstiodDeployments } from "./istiodReader";
import type { ConnectivityListener, ConnectivityTarget } from "./target";

/** A published version and not "latest", so that the check runs the curl that was tested. */
export const defaultCheckImage = "docker.io/curlimages/curl:8.16.0";

export interface ConnectivityCheckArgs {
    /** What the check tests: the output `connectivityTarget` of a SidecarTlsTermination. */
    readonly target: pulumi.Input<ConnectivityTarget>;
    /** Bundle of a client that must be admitted, with its private key. Required unless `connectivityCheckClient` is set on the SidecarTlsTermination of `target`. Default: the bundle in `target`. */
    readonly clientBundle?: pulumi.Input<ClientBundle>;
    /** URL path of the HTTP requests: printable ASCII that begins with "/". The application must answer with a status other than 403 and 5xx, because Envoy denies requests with those. Default: "/". */
    readonly path?: pulumi.Input<string>;
    /** Container image of the Jobs, with a POSIX shell and curl 7.75 or later. It must run as any user. See [Images](https://kubernetes.io/docs/concepts/containers/images/). Default: "docker.io/curlimages/curl:8.16.0". */
    readonly image?: pulumi.Input<string>;
    /** Seconds within which the expectations of each Job must be met, from 1 to 300. Default: 60. */
    readonly timeoutSeconds?: pulumi.Input<number>;
    /** Non-empty strings that run the check again when one of them changes, for example the image of an existing workload. A changed `target` also runs the check again. Default: none. */
    readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
    /** The istiods whose Deployments the check reads after a failure, to name an environment variable that overrides the feature flag. The component creates a Role for this in the namespace of istiod. See [RBAC](https://kubernetes.io/docs/reference/access-authn-authz/rbac/). Plain value, not an Output; `namespace` accepts an Output. Default: none; the check has no Role and reports nothing about istiod. */
    readonly istiod?: IstiodDeployments;
    /** Name of the ServiceAccount and the Secret of the check. The Jobs are named `<objectName>-mesh` and `<objectName>-outside`. At most 55 lowercase letters, digits and "-", beginning and ending with a letter or digit. Default: `<component>-check`. */
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

/** A bundle that SidecarTlsTermination issued. The rest of the check is for targets that a program assembles itself. */
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
        matching(/^\/[\x21-\x7e]*$/, 'must be a URL path such as "/healthz": printable ASCII that begins with "/"'),
    ),
    image: input(nonEmptyString),
    timeoutSeconds: input(integer(1, 300, " of seconds")),
    triggers: input(list(nonEmptyString)),
    istiod: plain(object<IstiodDeployments>({ namespace: input(dnsLabel), revisions: revisionsCheck })),
    objectName: input(
        matching(
            /^(?=.{1,55}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
            "must be at most 55 lowercase letters, digits and '-', beginning and ending with a letter or digit",
        ),
    ),
});

export function validateConnectivityCheck(
    component: string,
    args: ConnectivityCheckArgs | pulumi.Unwrap<ConnectivityCheckArgs>,
): problem.Problem[] {
    const problems = connectivityCheckArgsCheck(
        { ...args, objectName: args.objectName ?? defaultObjectName(component) },
        "",
    );
    return problems.length > 0 ? problems : validateBundle(args);
}

export function defaultObjectName(component: string): string {
    return `${component}-check`;
}

/** A client without a certificate or key would be denied, and the check would fail for that reason alone. */
function validateBundle({
    target,
    clientBundle,
}: ConnectivityCheckArgs | pulumi.Unwrap<ConnectivityCheckArgs>): problem.Problem[] {
    if (isLater(clientBundle) || (clientBundle === undefined && isLater(target))) {
        return [];
    }
    const bundle = (clientBundle ?? (target as ConnectivityTarget).clientBundle) as ClientBundle | null | undefined;
    if (!bundle) {
        return [
            problem.required(
                "clientBundle",
                "target contains none. Set it to the bundle of a client that must be admitted, or set connectivityCheckClient on SidecarTlsTermination",
            ),
        ];
    }
    if (!bundle.privateKeyPem) {
        const path = clientBundle ? "clientBundle.privateKeyPem" : "target.clientBundle.privateKeyPem";
        return [
            problem.required(
                path,
                "the check authenticates with it. Use a client whose private key the component generates, not one with certificateRequestPem",
            ),
        ];
    }
    return [];
}
