/** What the workload may call: a Sidecar of its own replaces a namespace-wide one whole, the limits in it included. */
import type * as pulumi from "@pulumi/pulumi";
import {
    type Check,
    input,
    list,
    nonEmptyString,
    object,
    oneOf,
    plain,
    portNumber,
    required,
} from "../validation/checks";
import { dnsLabel, dnsName } from "../kubernetes/names";
import { problem } from "../validation/problem";

/** One way out, as in a Sidecar (https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener). */
export interface EgressListener {
    /** Services that the workload reaches, as "namespace/host": "./*" for those of its own namespace, "istio-system/*" for the control plane's. */
    readonly hosts: pulumi.Input<pulumi.Input<string>[]>;
    /** The one port that this is about. Default: all that no other entry names; such an entry is the last one. */
    readonly port?: EgressPort;
    /** Address on which the sidecar takes these calls. Default: those of the services. */
    readonly bind?: pulumi.Input<string>;
}

export interface EgressPort {
    /** Its number. */
    readonly number: pulumi.Input<number>;
    /** "HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP" or "TLS". */
    readonly protocol: pulumi.Input<string>;
    /** Its name. */
    readonly name: pulumi.Input<string>;
}

/** What becomes of calls to hosts that the mesh does not know, in Istio's words. */
export const OutboundTrafficMode = { AllowAny: "ALLOW_ANY", RegistryOnly: "REGISTRY_ONLY" } as const;
export type OutboundTrafficMode = (typeof OutboundTrafficMode)[keyof typeof OutboundTrafficMode];

export interface OutboundTrafficPolicy {
    /** "ALLOW_ANY" lets calls to unknown hosts through, "REGISTRY_ONLY" does not. */
    readonly mode: pulumi.Input<OutboundTrafficMode>;
}

/** In Istio's words, "." is the workload's own namespace and "~" none (pkg/config/validation, validateNamespaceSlashWildcardHostname). */
const egressHost: Check = (value, path) => {
    const [namespace = "", host = "", ...rest] = typeof value === "string" ? value.split("/") : [];
    const known = ["*", ".", "~"].includes(namespace) || dnsLabel(namespace, path).length === 0;
    return rest.length === 0 && known && (host === "*" || dnsName(host, path).length === 0)
        ? []
        : [
              problem(
                  path,
                  value,
                  'must be "namespace/host", such as "./*" for the services of the workload\'s own namespace',
              ),
          ];
};

const egressPort = object<EgressPort>({
    number: required(input(portNumber)),
    protocol: required(input(oneOf(["HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP", "TLS"]))),
    name: required(input(nonEmptyString)),
});

export const egressCheck: Check = plain((value, path) => [
    ...list(
        object<EgressListener>({
            hosts: required(input(list(egressHost, { nonEmpty: true }))),
            port: egressPort,
            bind: input(nonEmptyString),
        }),
        { items: "plain", nonEmpty: true },
    )(value, path),
    ...(Array.isArray(value) ? (value as (EgressListener | null)[]).slice(0, -1) : []).flatMap((listener, index) =>
        typeof listener === "object" && listener && !listener.port
            ? [{ propertyPath: `${path}[${index}].port`, reason: "may be left out in the last entry only" }]
            : [],
    ),
]);

export const outboundTrafficPolicyCheck = object<OutboundTrafficPolicy>({
    mode: required(input(oneOf(Object.values(OutboundTrafficMode)))),
});
