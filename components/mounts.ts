/** How the certificates reach the sidecar: pod annotations that Istio's injector turns into volumes of the istio-proxy container. */
import { drainSeconds } from "./workload";

const serverMountPath = "/etc/istio/tls-certs/";
const caMountPath = "/etc/istio/tls-ca-certs/";

// The keys of a Secret of type kubernetes.io/tls, and the key under which cert-manager and the like keep the CA.
export const serverCertificateKey = "tls.crt";
export const serverPrivateKeyKey = "tls.key";
export const caCertificateKey = "ca.crt";
export const certificateRevocationListKey = "ca.crl";

export const serverCertificatePath = serverMountPath + serverCertificateKey;
export const serverPrivateKeyPath = serverMountPath + serverPrivateKeyKey;
export const caCertificatePath = caMountPath + caCertificateKey;
export const certificateRevocationListPath = caMountPath + certificateRevocationListKey;

/** What a pod mounts. */
export interface Mounts {
    /** Name of the Secret with the server's certificate and key. */
    readonly serverSecret: string;
    /** Whether pods wait for it: then one that does not come takes no pod that serves away. */
    readonly serverRequired?: boolean;
    /** Name of the Secret with the CA's certificate; it may be the same. */
    readonly caSecret: string;
    /** Whether pods may start without the CA's certificate. */
    readonly caOptional?: boolean;
}

/**
 * Annotations for the pod template. The sidecar runs as user 1337 without an fsGroup, so the Secrets keep the default mode
 * 0644. The server's Secret is `optional`, so that a pod starts without it and serves once it is there.
 */
export function podAnnotations(
    { serverSecret, serverRequired, caSecret, caOptional }: Mounts,
    revocationListDigest: string | undefined,
): { [annotation: string]: string } {
    return {
        "sidecar.istio.io/userVolume": JSON.stringify({
            "tls-secret": { secret: { secretName: serverSecret, ...(serverRequired ? {} : { optional: true }) } },
            "tls-ca-secret": {
                secret: {
                    secretName: caSecret,
                    ...(caOptional ? { optional: true } : {}),
                    // Not the private key a second time.
                    ...(caSecret === serverSecret
                        ? { items: [{ key: caCertificateKey, path: caCertificateKey }] }
                        : {}),
                },
            },
        }),
        "sidecar.istio.io/userVolumeMount": JSON.stringify({
            "tls-secret": { mountPath: serverMountPath, readOnly: true },
            "tls-ca-secret": { mountPath: caMountPath, readOnly: true },
        }),
        "proxy.istio.io/config": JSON.stringify(proxyConfig(revocationListDigest !== undefined)),
        ...(revocationListDigest === undefined ? {} : { [revocationAnnotation]: revocationListDigest }),
    };
}

/**
 * Envoy reads the list when it takes up the listener, and does not watch the file (envoy/extensions/transport_sockets/tls/v3/
 * common.proto, `crl`): another list makes other pods, which read it when they start.
 */
const revocationAnnotation = "istio-sidecar-tls/certificate-revocation-list";

function proxyConfig(hasRevocationList: boolean): object {
    return {
        // A classic sidecar is ended together with the application, and has to serve as long; a native one outlives it by itself.
        terminationDrainDuration: `${drainSeconds}s`,
        // Istio's default, APPEND_FORWARD, hands the application an x-forwarded-client-cert header that the client made up
        // itself, in front of the true one. SANITIZE_SET leaves only the true one, with what Istio puts there by default.
        proxyHeaders: {
            forwardedClientCert: "SANITIZE_SET",
            setCurrentClientCertDetails: { subject: true, uri: true, dns: true, cert: false, chain: false },
        },
        // When the certificates in use expire, for alerts; Istio shows few of Envoy's statistics by default.
        proxyStatsMatcher: { inclusionRegexps: ["listener\\..*\\.expiration_unix_time_seconds"] },
        // pilot-agent hands Envoy the mesh CA's revocation list for the files' CA too, which takes the place of caCrl; the
        // file is there, and empty, in every pod since Istio 1.27 (security/pkg/nodeagent/sds/sdsservice.go).
        ...(hasRevocationList ? { proxyMetadata: { PILOT_ENABLE_CA_CRL: "false" } } : {}),
    };
}
