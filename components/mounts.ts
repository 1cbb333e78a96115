/** How the certificates reach the sidecar: pod annotations that Istio's injector turns into volumes of the istio-proxy container. */
import { drainSeconds } from "./workload";

const serverMountPath = "/etc/istio/tls-certs/";
const caMountPath = "/etc/istio/tls-ca-certs/";

// The keys of a Secret of type kubernetes.io/tls, and the key under which cert-manager and the like keep the CA.
export const serverCertificateKey = "tls.crt";
export const serverPrivateKeyKey = "tls.key";
export const caCertificateKey = "ca.crt";

export const serverCertificatePath = serverMountPath + serverCertificateKey;
export const serverPrivateKeyPath = serverMountPath + serverPrivateKeyKey;
export const caCertificatePath = caMountPath + caCertificateKey;

/**
 * Annotations for the pod template. The sidecar runs as user 1337 without an fsGroup, so the Secrets keep the default mode
 * 0644. The server's Secret is `optional`, so that a pod starts without it and serves once it is there.
 */
export function podAnnotations(serverSecretName: string, caSecretName: string): { [annotation: string]: string } {
    return {
        "sidecar.istio.io/userVolume": JSON.stringify({
            "tls-secret": { secret: { secretName: serverSecretName, optional: true } },
            "tls-ca-secret": { secret: { secretName: caSecretName } },
        }),
        "sidecar.istio.io/userVolumeMount": JSON.stringify({
            "tls-secret": { mountPath: serverMountPath, readOnly: true },
            "tls-ca-secret": { mountPath: caMountPath, readOnly: true },
        }),
        "proxy.istio.io/config": JSON.stringify(proxyConfig),
    };
}

/**
 * Istio's default, APPEND_FORWARD, hands the application an x-forwarded-client-cert header that the client made up itself, in
 * front of the true one. SANITIZE_SET leaves only the true one, with what Istio puts there by default.
 */
const proxyConfig = {
    // A classic sidecar is ended together with the application, and has to serve as long; a native one outlives it by itself.
    terminationDrainDuration: `${drainSeconds}s`,
    proxyHeaders: {
        forwardedClientCert: "SANITIZE_SET",
        setCurrentClientCertDetails: { subject: true, uri: true, dns: true, cert: false, chain: false },
    },
};
