/**
 * Services that the workload may call. A Sidecar with a workload selector replaces the namespace-wide Sidecar completely, including its
 * egress.
 */
import type * as pulumi from "@pulumi/pulumi";
import { dnsLabel, dnsName } from "../kubernetes/names";
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
import * as problem from "../validation/problem";

/** Services that the workload may call. See [IstioEgressListener](https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener). */
export interface EgressListener {
    /** Services that the workload may call, as "namespace/host", at least one: "./*" is all services of the workload's namespace, "istio-system/*" is those of the control plane. See [IstioEgressListener](https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener). */
    readonly hosts: pulumi.Input<pulumi.Input<string>[]>;
    /** Port to which the entry applies. Only the last entry may omit it. Plain value, not an Output; its properties accept Outputs. Default: all ports that no other entry names. */
    readonly port?: EgressPort;
    /** IP address on which the sidecar listens for calls to `hosts`. Default: the addresses of the services. */
    readonly bind?: pulumi.Input<string>;
}

/** Port of an egress listener. See [SidecarPort](https://istio.io/latest/docs/reference/config/networking/sidecar/#SidecarPort). */
export interface EgressPort {
    /** Number of the egress port, from 1 to 65535. */
    readonly number: pulumi.Input<number>;
    /** Protocol of the egress port: "HTTP", "HTTPS", "GRPC", "HTTP2", "MONGO", "TCP" or "TLS". */
    readonly protocol: pulumi.Input<string>;
    /** Name of the egress port, not empty. */
    readonly name: pulumi.Input<string>;
}

/** How the sidecar handles calls to hosts that are not in the mesh registry. See [OutboundTrafficPolicy.Mode](https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy-Mode). */
export const OutboundTrafficMode = { AllowAny: "ALLOW_ANY", RegistryOnly: "REGISTRY_ONLY" } as const;
export type OutboundTrafficMode = (typeof OutboundTrafficMode)[keyof typeof OutboundTrafficMode];

/** Handling of calls to hosts that are not in the mesh registry. See [OutboundTrafficPolicy](https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy). */
export interface OutboundTrafficPolicy {
    /** How the sidecar handles calls to unknown hosts: "ALLOW_ANY" forwards them, "REGISTRY_ONLY" drops them. See [OutboundTrafficPolicy.Mode](https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy-Mode). */
    readonly mode: pulumi.Input<OutboundTrafficMode>;
}

/** In Istio, "." is the namespace of the workload and "~" no namespace (pkg/config/validation, validateNamespaceSlashWildcardHostname). */
const egressHost: Check = (value, path) => {
    const [namespace = "", host = "", ...rest] = typeof value === "string" ? value.split("/") : [];
    const known = ["*", ".", "~"].includes(namespace) || dnsLabel(namespace, path).length === 0;
    return rest.length === 0 && known && (host === "*" || dnsName(host, path).length === 0)
        ? []
        : [
              problem.invalid(
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
            ? [problem.required(`${path}[${index}].port`, "only the last entry may omit it")]
            : [],
    ),
]);

export const outboundTrafficPolicyCheck = object<OutboundTrafficPolicy>({
    mode: required(input(oneOf(Object.values(OutboundTrafficMode)))),
});
