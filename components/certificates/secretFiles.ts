export const serverMountPath = "/etc/istio/tls-certs/";

export const caMountPath = "/etc/istio/tls-ca-certs/";

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
export interface SecretMounts {
    /** Name of the Secret with the server's certificate and key. */
    readonly serverSecret: string;
    /** Whether pods wait for it: then one that does not come takes no pod that serves away. */
    readonly serverRequired?: boolean;
    /** Name of the Secret with the CA's certificate; it may be the same. */
    readonly caSecret: string;
    /** Whether pods may start without the CA's certificate. */
    readonly caOptional?: boolean;
}
