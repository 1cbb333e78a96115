/** What a connectivity check expects of a chain: who is let in at each listener, and who is kept out. */
import type { ConnectivityListener, ConnectivityTarget } from "./target";
import { TlsMode } from "../listeners/listenerTls";
import { ListenerProtocol } from "../listeners/listeners";

/** Where the files of the check's client are in its pod. */
export const credentialsFolder = "/etc/connectivity-check";

/** The keys of its Secret. */
export const credentialFiles = {
    authority: "ca.crt",
    certificate: "client.crt",
    privateKey: "client.key",
    strangersCertificate: "stranger.crt",
    strangersPrivateKey: "stranger.key",
} as const;

/** How an answer is told: by an HTTP status, or by bytes or an open connection, inside TLS, without, or through the mesh. */
export type Transport = "http" | "tls" | "tcp" | "mesh-tcp";

export interface Expectation {
    /** Who comes, and where: the beginning of the sentence that says what came of it. */
    readonly subject: string;
    readonly isLetIn: boolean;
    readonly probe: Transport;
    /** Arguments of curl. */
    readonly curl: readonly string[];
    /** What to look at when it does not hold. */
    readonly advice: string;
}

type Target = Pick<ConnectivityTarget, "namespace" | "host" | "listeners">;

/** From a pod with a sidecar: the listeners without TLS answer the mesh. */
export function meshExpectations({ namespace, host, listeners }: Target, path: string): Expectation[] {
    return listeners
        .filter(({ mode }) => mode === undefined)
        .map((listener) => ({
            subject: `${listenerName(listener)}: a client in the mesh`,
            isLetIn: true,
            probe: isHttp(listener) ? "http" : "mesh-tcp",
            curl: [isHttp(listener) ? `http://${host}:${listener.servicePort}${path}` : bytes(host, listener)],
            advice: `look at the pods and at the AuthorizationPolicies (kubectl -n ${namespace} get pods,authorizationpolicies)${ofPath(listener)}`,
        }));
}

/** From a pod without a sidecar; of each listener first who is let in, then who is not. */
export function outsideExpectations(target: Target, path: string): Expectation[] {
    return target.listeners.flatMap((listener) =>
        listener.mode === undefined ? plainListener(target, listener, path) : tlsListener(target, listener, path),
    );
}

function plainListener({ namespace, host }: Target, listener: ConnectivityListener, path: string): Expectation[] {
    return [
        {
            ...plaintext(host, listener, path),
            advice: `that port is for the mesh alone; look at the PeerAuthentications, one of which leaves it open, and whether the pods have their sidecar (kubectl -n ${namespace} get peerauthentications,pods)`,
        },
    ];
}

function tlsListener({ namespace, host }: Target, listener: ConnectivityListener, path: string): Expectation[] {
    const { authority, certificate, privateKey, strangersCertificate, strangersPrivateKey } = credentialFiles;
    const url = isHttp(listener) ? `https://${host}:${listener.servicePort}${path}` : bytes(host, listener, "gophers");
    const over = (who: string, isLetIn: boolean, files: readonly string[], advice: string): Expectation => ({
        subject: `${listenerName(listener)}: ${who}`,
        isLetIn,
        probe: isHttp(listener) ? "http" : "tls",
        curl: ["--cacert", file(authority), ...files, url],
        advice,
    });
    const notIn = `look at the flag of istiod, at the pods and at what their sidecar was told (kubectl -n ${namespace} get pods,sidecars; istioctl proxy-config listener and secret)${ofPath(listener)}`;
    const policies = `look for other Sidecars, PeerAuthentications and policies of the same pods (kubectl -n ${namespace} get sidecars,peerauthentications,authorizationpolicies)`;
    const withCertificate = over(
        "the client with its certificate",
        true,
        ["--cert", file(certificate), "--key", file(privateKey)],
        notIn,
    );
    const anyone = "a client without a certificate";
    const stranger = over(
        "a client with a certificate of another CA",
        false,
        ["--cert", file(strangersCertificate), "--key", file(strangersPrivateKey)],
        policies,
    );
    const unencrypted: Expectation = {
        ...plaintext(host, listener, path),
        advice: `TLS is not terminated there, and no guard keeps the port closed: look at the flag of istiod, and ${policies}`,
    };
    switch (listener.mode) {
        case TlsMode.Simple:
            return [over(anyone, true, [], notIn), unencrypted];
        case TlsMode.OptionalMutual:
            return [withCertificate, over(anyone, true, [], notIn), unencrypted, stranger];
        default:
            return [withCertificate, unencrypted, over(anyone, false, [], policies), stranger];
    }
}

function plaintext(host: string, listener: ConnectivityListener, path: string): Omit<Expectation, "advice"> {
    return {
        subject: `${listenerName(listener)}: plaintext from outside the mesh`,
        isLetIn: false,
        probe: isHttp(listener) ? "http" : "tcp",
        // Envoy knows what is not TLS by the first five bytes, and waits until it has them.
        curl: [
            isHttp(listener)
                ? `http://${host}:${listener.servicePort}${path}`
                : `${bytes(host, listener)}GET%20/%20HTTP/1.0%0D%0A`,
        ],
    };
}

function isHttp({ protocol }: ConnectivityListener): boolean {
    return protocol === ListenerProtocol.Https || protocol === ListenerProtocol.Http;
}

function listenerName({ name, servicePort }: ConnectivityListener): string {
    return `listener "${name}", port ${servicePort}`;
}

function ofPath(listener: ConnectivityListener): string {
    return isHttp(listener)
        ? "; the application itself has to answer the path with something else than 403 and 5xx"
        : "";
}

/** The only protocols of curl that send what one likes and print what comes back; here a line that is empty. */
function bytes(host: string, { servicePort }: ConnectivityListener, scheme: "gopher" | "gophers" = "gopher"): string {
    return `${scheme}://${host}:${servicePort}/_`;
}

function file(name: string): string {
    return `${credentialsFolder}/${name}`;
}
