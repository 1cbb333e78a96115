/** Which clients each listener must admit, and which it must deny. */
import { ListenerProtocol } from "../listeners/listeners";
import { TlsMode } from "../listeners/listenerTls";
import type { ConnectivityListener, ConnectivityTarget } from "./target";

/** Where the check's pod has the files of its client. */
export const credentialsFolder = "/etc/connectivity-check";

/** The keys of the check's Secret. */
export const credentialFiles = {
    caCertificate: "ca.crt",
    clientCertificate: "client.crt",
    clientPrivateKey: "client.key",
    untrustedCertificate: "stranger.crt",
    untrustedPrivateKey: "stranger.key",
} as const;

/** How the client connects, which decides what counts as an answer: an HTTP status, or bytes or an open connection (check.sh). */
export type Transport = "http" | "tls" | "tcp" | "mesh-tcp";

export interface Expectation {
    /** Listener and client: the subject of the sentence that reports the result. */
    readonly subject: string;
    readonly isAdmitted: boolean;
    readonly transport: Transport;
    /** Arguments of curl. */
    readonly curl: readonly string[];
    /** What to check if the expectation is not met. */
    readonly advice: string;
}

type Target = Pick<ConnectivityTarget, "namespace" | "host" | "listeners">;

/** Protocol and mode as the enums: the public interface has strings, which validation has checked. */
type Listener = Pick<ConnectivityListener, "name" | "servicePort"> & {
    readonly protocol: ListenerProtocol;
    /** Undefined for a listener without TLS. */
    readonly mode?: TlsMode;
};

/** From a pod with a sidecar: the listeners without TLS admit clients in the mesh. */
export function meshExpectations({ namespace, host, listeners }: Target, path: string): Expectation[] {
    return listeners
        .map(parseListener)
        .filter(({ mode }) => mode === undefined)
        .map((listener) => ({
            subject: subjectOf(listener, "a client in the mesh"),
            isAdmitted: true,
            transport: isHttp(listener) ? "http" : "mesh-tcp",
            curl: [isHttp(listener) ? urlOf("http", host, listener, path) : urlOf("gopher", host, listener, "/_")],
            advice: `check the pods and the AuthorizationPolicies (kubectl -n ${namespace} get pods,authorizationpolicies)${pathAdvice(listener)}`,
        }));
}

/** From a pod without a sidecar. For each listener, the clients that it must admit come first. */
export function outsideExpectations({ namespace, host, listeners }: Target, path: string): Expectation[] {
    return listeners.map(parseListener).flatMap((listener) => {
        const { mode } = listener;
        return mode === undefined
            ? [deniedInPlaintext(host, listener, path, openMeshPortAdvice(namespace))]
            : tlsExpectations({ namespace, host }, listener, mode, path);
    });
}

function parseListener({ protocol, mode, ...listener }: ConnectivityListener): Listener {
    return {
        ...listener,
        protocol: enumValue(ListenerProtocol, protocol),
        ...(mode ? { mode: enumValue(TlsMode, mode) } : {}),
    };
}

/** The member of an enum. An unknown value must not count as a listener without TLS. */
function enumValue<T extends string>(members: { readonly [name: string]: T }, value: string): T {
    const member = Object.values(members).find((one) => one === value);
    if (member === undefined) {
        throw new Error(`${JSON.stringify(value)} is none of ${Object.values(members).join(", ")}`);
    }
    return member;
}

function tlsExpectations(
    { namespace, host }: Pick<Target, "namespace" | "host">,
    listener: Listener,
    mode: TlsMode,
    path: string,
): Expectation[] {
    const url = isHttp(listener) ? urlOf("https", host, listener, path) : urlOf("gophers", host, listener, "/_");
    const overTls = (client: string, isAdmitted: boolean, keyPair: readonly string[], advice: string): Expectation => ({
        subject: subjectOf(listener, client),
        isAdmitted,
        transport: isHttp(listener) ? "http" : "tls",
        curl: ["--cacert", credential("caCertificate"), ...keyPair, url],
        advice,
    });
    const otherObjects = `check for other Sidecars, PeerAuthentications and AuthorizationPolicies that select these pods (kubectl -n ${namespace} get sidecars,peerauthentications,authorizationpolicies)`;
    const admission = `check the feature flag of istiod, the pods, and the configuration of their sidecar (kubectl -n ${namespace} get pods,sidecars; istioctl proxy-config listener and secret)${pathAdvice(listener)}`;

    const certified = overTls(
        "the client with its certificate",
        true,
        ["--cert", credential("clientCertificate"), "--key", credential("clientPrivateKey")],
        admission,
    );
    const anonymous = (isAdmitted: boolean) =>
        overTls("a client without a certificate", isAdmitted, [], isAdmitted ? admission : otherObjects);
    const untrusted = overTls(
        "a client with a certificate from another CA",
        false,
        ["--cert", credential("untrustedCertificate"), "--key", credential("untrustedPrivateKey")],
        otherObjects,
    );
    const plaintext = deniedInPlaintext(
        host,
        listener,
        path,
        `TLS is not terminated there, and no guard closes the port: check the feature flag of istiod, and ${otherObjects}`,
    );
    switch (mode) {
        case TlsMode.Simple:
            return [anonymous(true), plaintext];
        case TlsMode.OptionalMutual:
            return [certified, anonymous(true), plaintext, untrusted];
        case TlsMode.Mutual:
            return [certified, plaintext, anonymous(false), untrusted];
    }
}

function openMeshPortAdvice(namespace: string): string {
    return `the port is for clients in the mesh only: check whether a PeerAuthentication opens it, and whether the pods have their sidecar (kubectl -n ${namespace} get peerauthentications,pods)`;
}

function deniedInPlaintext(host: string, listener: Listener, path: string, advice: string): Expectation {
    return {
        subject: subjectOf(listener, "plaintext from outside the mesh"),
        isAdmitted: false,
        transport: isHttp(listener) ? "http" : "tcp",
        curl: [
            isHttp(listener)
                ? urlOf("http", host, listener, path)
                : // Envoy waits for five bytes before it knows that they are not TLS.
                  urlOf("gopher", host, listener, "/_GET%20/%20HTTP/1.0%0D%0A"),
        ],
        advice,
    };
}

function isHttp({ protocol }: Listener): boolean {
    switch (protocol) {
        case ListenerProtocol.Https:
        case ListenerProtocol.Http:
            return true;
        case ListenerProtocol.Tls:
        case ListenerProtocol.Tcp:
            return false;
    }
}

function subjectOf({ name, servicePort }: Listener, client: string): string {
    return `listener "${name}", port ${servicePort}: ${client}`;
}

function pathAdvice(listener: Listener): string {
    return isHttp(listener) ? "; the application must answer the path with a status other than 403 and 5xx" : "";
}

/**
 * gopher and gophers are the only protocols of curl that send arbitrary bytes and print the answer: the bytes after "/_", and
 * then the end of the line.
 */
function urlOf(
    scheme: "http" | "https" | "gopher" | "gophers",
    host: string,
    { servicePort }: Listener,
    path: string,
): string {
    return `${scheme}://${host}:${servicePort}${path}`;
}

function credential(file: keyof typeof credentialFiles): string {
    return `${credentialsFolder}/${credentialFiles[file]}`;
}
