/** The two ways in, from outside the mesh and within it, and the mistakes with their ports that Istio would swallow. */
import * as pulumi from "@pulumi/pulumi";
import { input, isLater, object, oneOf, portNumber, problem, type Problem } from "./checks";

/** How the sidecar treats clients from outside the mesh, in Istio's words (https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode). */
export const TlsMode = {
    Mutual: "MUTUAL",
    OptionalMutual: "OPTIONAL_MUTUAL",
    Simple: "SIMPLE",
} as const;
export type TlsMode = (typeof TlsMode)[keyof typeof TlsMode];

/** What is inside TLS: HTTP, which Envoy reads, or any bytes. */
export const TlsProtocol = { Https: "HTTPS", Tls: "TLS" } as const;
export type TlsProtocol = (typeof TlsProtocol)[keyof typeof TlsProtocol];

/** The way in for TLS from outside the mesh. */
export interface TlsListener {
    /** Port of the Service. Default: 8443. */
    readonly servicePort?: pulumi.Input<number>;
    /** Port on which the sidecar listens, the Service's targetPort. Not a port on which the application listens. Default: 9080. */
    readonly listenerPort?: pulumi.Input<number>;
    /** What the application speaks: "HTTPS" for HTTP/1.1 and HTTP/2 inside TLS, "TLS" for anything else. Default: "HTTPS". */
    readonly protocol?: pulumi.Input<TlsProtocol>;
    /** Whom the sidecar lets in: "MUTUAL" clients with a certificate of the CA, "OPTIONAL_MUTUAL" also clients without one, "SIMPLE" every client that speaks TLS with a host name. Default: "MUTUAL". */
    readonly mode?: pulumi.Input<TlsMode>;
}

/** The way in for clients in the mesh. */
export interface MeshListener {
    /** Port of the Service. Default: 8080. */
    readonly servicePort?: pulumi.Input<number>;
    /** Port on which the sidecar listens, the Service's targetPort. Not a port on which the application listens. Default: 9081. */
    readonly listenerPort?: pulumi.Input<number>;
}

/** Both with their defaults, and the port of the application behind them. */
export interface Listeners {
    readonly external: { readonly [Property in keyof TlsListener]-?: pulumi.Unwrap<TlsListener[Property]> & {} };
    readonly internal: { readonly servicePort: number; readonly listenerPort: number };
    readonly applicationPort: number;
}

export const tlsListenerCheck = object<TlsListener>({
    servicePort: input(portNumber),
    listenerPort: input(podPort),
    protocol: input(oneOf(Object.values(TlsProtocol))),
    mode: input(oneOf(Object.values(TlsMode))),
});

export const meshListenerCheck = object<MeshListener>({ servicePort: input(portNumber), listenerPort: input(podPort) });

/** Istio keeps 15000-15090 of every pod for itself and silently skips a listener there (https://istio.io/latest/docs/ops/deployment/application-requirements/). */
export function podPort(value: unknown, path: string): Problem[] {
    if (typeof value === "number" && value >= 15000 && value <= 15090) {
        return [problem(path, value, "lies in 15000-15090, which Istio's sidecar keeps for itself: take another port")];
    }
    return portNumber(value, path);
}

/** What `listeners` and `listenerProblems` look at. */
interface Given {
    readonly external?: TlsListener;
    readonly internal?: MeshListener;
    readonly workload: { readonly port: pulumi.Input<number> };
}

export const defaultPorts = {
    externalService: 8443,
    externalListener: 9080,
    internalService: 8080,
    internalListener: 9081,
};

function withDefaults({ external, internal, workload }: Given) {
    return {
        external: {
            servicePort: external?.servicePort ?? defaultPorts.externalService,
            listenerPort: external?.listenerPort ?? defaultPorts.externalListener,
            protocol: external?.protocol ?? TlsProtocol.Https,
            mode: external?.mode ?? TlsMode.Mutual,
        },
        internal: {
            servicePort: internal?.servicePort ?? defaultPorts.internalService,
            listenerPort: internal?.listenerPort ?? defaultPorts.internalListener,
        },
        applicationPort: workload.port,
    };
}

export function listeners(given: Given): pulumi.Output<Listeners> {
    return pulumi.output(withDefaults(given));
}

/** Ports that get in each other's way; one that is known only later is looked at when it is. */
export function listenerProblems(given: Given): Problem[] {
    const { external, internal, applicationPort } = withDefaults(given);
    const differ = (port: unknown, path: string, other: unknown, otherPath: string, why: string): Problem[] =>
        !isLater(port) && port === other ? [problem(path, port, `is also ${otherPath}: ${why}`)] : [];
    // An application that listens on the sidecar's port answers there in plaintext whenever the Sidecar is not in force.
    const notTheApplications = (port: unknown, path: string) =>
        differ(port, path, applicationPort, "workload.port", "take a port on which the application does not listen");
    return [
        ...differ(
            external.servicePort,
            "external.servicePort",
            internal.servicePort,
            "internal.servicePort",
            "give each its own port of the Service",
        ),
        ...differ(
            external.listenerPort,
            "external.listenerPort",
            internal.listenerPort,
            "internal.listenerPort",
            "give each its own port of the sidecar",
        ),
        ...notTheApplications(external.listenerPort, "external.listenerPort"),
        ...notTheApplications(internal.listenerPort, "internal.listenerPort"),
    ];
}
