/** The two ways in, from outside the mesh and within it, and the mistakes with their ports that Istio would swallow. */
import * as pulumi from "@pulumi/pulumi";
import { cipherSuites } from "./cipherSuites";
import { input, isLater, itemsOf, object, oneOf, portNumber, problem, type Problem, some } from "./checks";

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

/** Versions of TLS, in Istio's words; older ones are not offered. */
export const TlsProtocolVersion = { Tls12: "TLSV1_2", Tls13: "TLSV1_3" } as const;
export type TlsProtocolVersion = (typeof TlsProtocolVersion)[keyof typeof TlsProtocolVersion];

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
    /** The oldest version of TLS that is let in: "TLSV1_2" or "TLSV1_3". Default: "TLSV1_2". */
    readonly minProtocolVersion?: pulumi.Input<TlsProtocolVersion>;
    /** The newest version of TLS: "TLSV1_2" or "TLSV1_3". Default: "TLSV1_3". */
    readonly maxProtocolVersion?: pulumi.Input<TlsProtocolVersion>;
    /** Cipher suites of TLS 1.2 in OpenSSL's names, such as "ECDHE-ECDSA-AES256-GCM-SHA384"; at least one for the kind of the server's key. TLS 1.3 has its own, which cannot be chosen. Default: those with ECDHE and AES-GCM or ChaCha20. */
    readonly cipherSuites?: pulumi.Input<pulumi.Input<string>[]>;
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
    readonly external: {
        readonly servicePort: number;
        readonly listenerPort: number;
        readonly protocol: TlsProtocol;
        readonly mode: TlsMode;
        readonly minProtocolVersion: TlsProtocolVersion;
        readonly maxProtocolVersion?: TlsProtocolVersion;
        readonly cipherSuites?: readonly string[];
    };
    readonly internal: { readonly servicePort: number; readonly listenerPort: number };
    readonly applicationPort: number;
}

export const tlsListenerCheck = object<TlsListener>({
    servicePort: input(portNumber),
    listenerPort: input(podPort),
    protocol: input(oneOf(Object.values(TlsProtocol))),
    mode: input(oneOf(Object.values(TlsMode))),
    minProtocolVersion: input(oneOf(Object.values(TlsProtocolVersion))),
    maxProtocolVersion: input(oneOf(Object.values(TlsProtocolVersion))),
    cipherSuites: input(some(itemsOf(oneOf(cipherSuites)))),
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
            minProtocolVersion: external?.minProtocolVersion ?? TlsProtocolVersion.Tls12,
            maxProtocolVersion: external?.maxProtocolVersion,
            cipherSuites: external?.cipherSuites,
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
        ...versionProblems(external),
        ...notTheApplications(external.listenerPort, "external.listenerPort"),
        ...notTheApplications(internal.listenerPort, "internal.listenerPort"),
    ];
}

function versionProblems({ minProtocolVersion, maxProtocolVersion, cipherSuites }: TlsListener): Problem[] {
    if (minProtocolVersion !== TlsProtocolVersion.Tls13) {
        return [];
    }
    return [
        ...(maxProtocolVersion === TlsProtocolVersion.Tls12
            ? [
                  problem(
                      "external.maxProtocolVersion",
                      maxProtocolVersion,
                      "is older than external.minProtocolVersion: no version of TLS would be left",
                  ),
              ]
            : []),
        ...(cipherSuites && !isLater(cipherSuites)
            ? [
                  problem(
                      "external.cipherSuites",
                      cipherSuites,
                      "is of TLS 1.2, which external.minProtocolVersion leaves out: leave out one of the two",
                  ),
              ]
            : []),
    ];
}
