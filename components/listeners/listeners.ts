/** The ports on which the sidecar listens. */
import * as pulumi from "@pulumi/pulumi";
import { dnsLabel } from "../kubernetes/names";
import { input, list, object, oneOf, plain, portNumber, required } from "../validation/checks";
import type { Problem } from "../validation/problem";
import * as problem from "../validation/problem";
import { type ListenerTls, listenerTlsCheck, type ResolvedTls, TlsMode, TlsProtocolVersion } from "./listenerTls";

/** Protocol of a listener: with TLS that the sidecar terminates, or without TLS for clients in the mesh. A subset of Istio's protocols. See [Protocol Selection](https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/). */
export const ListenerProtocol = { Https: "HTTPS", Tls: "TLS", Http: "HTTP", Tcp: "TCP" } as const;
export type ListenerProtocol = (typeof ListenerProtocol)[keyof typeof ListenerProtocol];

/** A port of the sidecar, and the port of the Service in front of it. See [IstioIngressListener](https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener). */
export interface Listener {
    /** Name of the listener and of its port in the Sidecar. At most 63 lowercase letters, digits and "-", beginning and ending with a letter or digit; unique among the listeners. Plain value, not an Output. */
    readonly name: string;
    /** Protocol of the listener. With TLS: "HTTPS" for HTTP/1.1 and HTTP/2, "TLS" for any other protocol. Without TLS, for clients in the mesh, whose connections use mesh mTLS: "HTTP" and "TCP". See [Protocol Selection](https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/). Plain value, not an Output. */
    readonly protocol: ListenerProtocol;
    /** Port of the Service, from 1 to 65535. Unique among the listeners. Default: 8443 with TLS, 8080 without. */
    readonly servicePort?: pulumi.Input<number>;
    /** Port on which the sidecar listens, the `targetPort` of the Service. From 1 to 65535, but no port from 15000 to 15090, which [Istio reserves](https://istio.io/latest/docs/ops/deployment/application-requirements/), and no port of the application. Unique among the listeners. Default: 9080 with TLS, 9081 without. */
    readonly listenerPort?: pulumi.Input<number>;
    /** Port of the application to which the sidecar forwards connections. From 1 to 65535, but no port from 15000 to 15090, which [Istio reserves](https://istio.io/latest/docs/ops/deployment/application-requirements/), and no `listenerPort`. Default: the `port` of `workload` or `existingWorkload`. */
    readonly applicationPort?: pulumi.Input<number>;
    /** TLS settings of the listener, only with the protocols "HTTPS" and "TLS". See [ServerTLSSettings](https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings). Plain value, not an Output; its properties accept Outputs. Default: mode "MUTUAL", TLS 1.2 and 1.3. */
    readonly tls?: ListenerTls;
}

/** A listener with its defaults. */
export interface ResolvedListener {
    readonly name: string;
    readonly protocol: ListenerProtocol;
    readonly servicePort: number;
    readonly listenerPort: number;
    readonly applicationPort: number;
    /** Undefined without TLS. */
    readonly tls?: ResolvedTls;
}

/** A listener that terminates TLS. */
export type TlsListener = ResolvedListener & { readonly tls: ResolvedTls };

/** Istio reserves the ports 15000-15090 of every pod and silently skips a listener there (https://istio.io/latest/docs/ops/deployment/application-requirements/). */
export function podPort(value: unknown, path: string): Problem[] {
    if (typeof value === "number" && value >= 15000 && value <= 15090) {
        return [problem.invalid(path, value, "is in 15000-15090, which Istio's sidecar reserves; set another port")];
    }
    return portNumber(value, path);
}

export const listenersCheck = plain(
    list(
        object<Listener>({
            name: required(plain(dnsLabel)),
            protocol: required(plain(oneOf(Object.values(ListenerProtocol)))),
            servicePort: input(portNumber),
            listenerPort: input(podPort),
            applicationPort: input(podPort),
            tls: listenerTlsCheck,
        }),
        { items: "plain", nonEmpty: true },
    ),
);

/** The two listeners of the Istio task: mutual TLS for clients outside the mesh, HTTP for clients in the mesh. */
const defaultListeners: readonly Listener[] = [
    { name: "external", protocol: ListenerProtocol.Https },
    { name: "internal", protocol: ListenerProtocol.Http },
];

/** Default ports. */
export const defaultPorts = {
    withTls: { servicePort: 8443, listenerPort: 9080 },
    plain: { servicePort: 8080, listenerPort: 9081 },
};

export function hasTls({ protocol }: Pick<Listener, "protocol">): boolean {
    return protocol === ListenerProtocol.Https || protocol === ListenerProtocol.Tls;
}

type TlsWithDefaults = ListenerTls & Required<Pick<ListenerTls, "mode" | "minProtocolVersion">>;

/** A listener with the defaults that depend on no Output. */
export type ListenerWithDefaults = Omit<Listener, "tls"> &
    Required<Pick<Listener, "servicePort" | "listenerPort">> & { readonly tls?: TlsWithDefaults };

/** The given listeners or those of the Istio task, with the defaults that depend on no Output. */
export function listenersWithDefaults(given: readonly Listener[] | undefined): ListenerWithDefaults[] {
    return (given ?? defaultListeners).map(({ tls, ...listener }) => {
        const withTls = hasTls(listener);
        const { servicePort, listenerPort } = withTls ? defaultPorts.withTls : defaultPorts.plain;
        return {
            ...listener,
            servicePort: listener.servicePort ?? servicePort,
            listenerPort: listener.listenerPort ?? listenerPort,
            ...(withTls
                ? {
                      tls: {
                          ...tls,
                          mode: tls?.mode ?? TlsMode.Mutual,
                          minProtocolVersion: tls?.minProtocolVersion ?? TlsProtocolVersion.Tls12,
                      },
                  }
                : {}),
        };
    });
}

/** The modes of all listeners with TLS. */
export function tlsModes(given: readonly Listener[] | undefined): pulumi.Input<TlsMode>[] {
    return listenersWithDefaults(given).flatMap(({ tls }) => (tls ? [tls.mode] : []));
}

/** Whether a listener requests client certificates, so that the sidecar needs a CA. */
export function asksForCertificates(modes: readonly unknown[]): boolean {
    return modes.some((mode) => mode !== TlsMode.Simple);
}

export function resolveListeners(
    given: readonly Listener[] | undefined,
    applicationPort: pulumi.Input<number>,
): pulumi.Output<ResolvedListener[]> {
    return pulumi.output(
        listenersWithDefaults(given).map((listener) => ({
            ...listener,
            applicationPort: listener.applicationPort ?? applicationPort,
        })),
    );
}

export function tlsListeners(all: readonly ResolvedListener[]): TlsListener[] {
    return all.filter((listener): listener is TlsListener => listener.tls !== undefined);
}
