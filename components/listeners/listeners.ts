/** The ports on which the sidecar listens, and the mistakes with them that Istio would swallow. */
import * as pulumi from "@pulumi/pulumi";
import { input, list, object, oneOf, plain, portNumber, required } from "../validation/checks";
import { dnsLabel } from "../kubernetes/names";
import { type ResolvedTls, type ListenerTls, listenerTlsCheck, TlsMode, TlsProtocolVersion } from "./listenerTls";
import { problem, type Problem } from "../validation/problem";

/** What a listener speaks, in Istio's words: with TLS that the sidecar terminates, or plain for clients in the mesh. */
export const ListenerProtocol = { Https: "HTTPS", Tls: "TLS", Http: "HTTP", Tcp: "TCP" } as const;
export type ListenerProtocol = (typeof ListenerProtocol)[keyof typeof ListenerProtocol];

/** One port of the sidecar, and of the Service in front of it. */
export interface Listener {
    /** Its name, the name of the port in the Sidecar. Plain value. */
    readonly name: string;
    /** "HTTPS" for HTTP/1.1 and HTTP/2 inside TLS, "TLS" for any other bytes inside TLS; "HTTP" and "TCP" without, for clients in the mesh, whose connection has the mesh's own mutual TLS. Plain value. */
    readonly protocol: ListenerProtocol;
    /** Port of the Service. Default: 8443 with TLS, 8080 without. */
    readonly servicePort?: pulumi.Input<number>;
    /** Port on which the sidecar listens, the Service's targetPort. Not a port on which the application listens. Default: 9080 with TLS, 9081 without. */
    readonly listenerPort?: pulumi.Input<number>;
    /** Port of the application behind it. Default: the port of workload or existingWorkload. */
    readonly applicationPort?: pulumi.Input<number>;
    /** Settings of TLS, with the protocols "HTTPS" and "TLS". Default: mode "MUTUAL", TLS 1.2 and 1.3. */
    readonly tls?: ListenerTls;
}

/** The same, with its defaults. */
export interface ResolvedListener {
    readonly name: string;
    readonly protocol: ListenerProtocol;
    readonly servicePort: number;
    readonly listenerPort: number;
    readonly applicationPort: number;
    /** Only where TLS is terminated. */
    readonly tls?: ResolvedTls;
}

/** A listener that terminates TLS. */
export type TlsListener = ResolvedListener & { readonly tls: ResolvedTls };

/** Istio keeps 15000-15090 of every pod for itself and silently skips a listener there (https://istio.io/latest/docs/ops/deployment/application-requirements/). */
export function podPort(value: unknown, path: string): Problem[] {
    if (typeof value === "number" && value >= 15000 && value <= 15090) {
        return [problem(path, value, "lies in 15000-15090, which Istio's sidecar keeps for itself: take another port")];
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

/** The page's two ways in: mutual TLS from outside the mesh, HTTP within it. */
const defaultListeners: readonly Listener[] = [
    { name: "external", protocol: ListenerProtocol.Https },
    { name: "internal", protocol: ListenerProtocol.Http },
];

/** Ports where none are given. */
export const defaultPorts = {
    withTls: { servicePort: 8443, listenerPort: 9080 },
    plain: { servicePort: 8080, listenerPort: 9081 },
};

export function hasTls({ protocol }: Pick<Listener, "protocol">): boolean {
    return protocol === ListenerProtocol.Https || protocol === ListenerProtocol.Tls;
}

type TlsWithDefaults = ListenerTls & Required<Pick<ListenerTls, "mode" | "minProtocolVersion">>;

/** A listener with the defaults that need no Output. */
export type ListenerWithDefaults = Omit<Listener, "tls"> &
    Required<Pick<Listener, "servicePort" | "listenerPort">> & { readonly tls?: TlsWithDefaults };

/** The listeners as given, or the page's. */
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

/** Whether somebody is asked for a client certificate, so that a CA has to be there. */
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
