/** Keys of the Secrets with certificates, and where a pod mounts them. */
export const serverMountPath = "/etc/istio/tls-certs/";

export const caMountPath = "/etc/istio/tls-ca-certs/";

// The keys of a Secret of type kubernetes.io/tls, and the key that cert-manager and other issuers use for the CA certificate.
export const serverCertificateKey = "tls.crt";

export const serverPrivateKeyKey = "tls.key";

export const caCertificateKey = "ca.crt";

export const certificateRevocationListKey = "ca.crl";

export const serverCertificatePath = serverMountPath + serverCertificateKey;

export const serverPrivateKeyPath = serverMountPath + serverPrivateKeyKey;

export const caCertificatePath = caMountPath + caCertificateKey;

export const certificateRevocationListPath = caMountPath + certificateRevocationListKey;

/** The Secrets that a pod mounts. */
export interface SecretMounts {
    /** Name of the Secret with the server's certificate and private key. */
    readonly serverSecret: string;
    /** Whether pods wait for that Secret. A rollout then keeps the old pods if the Secret is missing. */
    readonly serverRequired?: boolean;
    /** Name of the Secret with the CA certificates; it may be the one with the server's certificate. */
    readonly caSecret: string;
    /** Whether pods may start without the CA certificates. */
    readonly caOptional?: boolean;
}
