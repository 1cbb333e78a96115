/** What a pod template needs so that the sidecar of its pods has the certificates. */
import * as pulumi from "@pulumi/pulumi";
import { caCertificateKey, caMountPath, type SecretMounts, serverMountPath } from "../certificates/secretFiles";
import type { CertificateSet } from "../certificates/sources/source";

/** How the certificates are mounted into the sidecar: by "annotations" of Istio, or by an `istio-proxy` "container" in the pod template. */
export const CertificateMounts = { Annotations: "annotations", Container: "container" } as const;
export type CertificateMounts = (typeof CertificateMounts)[keyof typeof CertificateMounts];

/** Additions to a pod template. */
export interface PodTemplateParts {
    readonly annotations: { [annotation: string]: string };
    readonly volumes: PodVolume[];
    readonly containers: PodContainer[];
}

/** Volume of a pod, in the format of Kubernetes. See [Volumes: secret](https://kubernetes.io/docs/concepts/storage/volumes/#secret). */
export interface PodVolume {
    /** Name of the pod volume. */
    readonly name: string;
    /** Secret that the volume contains. See [Volumes: secret](https://kubernetes.io/docs/concepts/storage/volumes/#secret). */
    readonly secret: PodVolumeSecret;
}

/** Secret that a pod volume contains. */
export interface PodVolumeSecret {
    /** Name of the Secret in the volume. */
    readonly secretName: string;
    /** Whether the pod starts without the Secret. Default: false. */
    readonly optional?: boolean;
    /** Keys of the Secret that the volume contains. Default: all keys. */
    readonly items?: PodVolumeItem[];
}

/** Key of a Secret in a pod volume. */
export interface PodVolumeItem {
    /** Key in the Secret. */
    readonly key: string;
    /** Path of the file with the value, in the volume. */
    readonly path: string;
}

/** Container of a pod, in the format of Kubernetes: the sidecar, which Istio completes. See [Customizing injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#customizing-injection). */
export interface PodContainer {
    /** Name of the container: "istio-proxy", which Istio recognizes as the sidecar. */
    readonly name: string;
    /** Image of the container: "auto", which Istio replaces with the image of its proxy. See [Customizing injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#customizing-injection). */
    readonly image: string;
    /** Pull policy of the image: "IfNotPresent". */
    readonly imagePullPolicy: string;
    /** Volumes that the container mounts: the certificates. */
    readonly volumeMounts: PodVolumeMount[];
}

/** Mount of a pod volume in a container. */
export interface PodVolumeMount {
    /** Name of the mounted volume. */
    readonly name: string;
    /** Directory in the container where the volume is mounted. */
    readonly mountPath: string;
    /** Whether the mount is read-only: always true. */
    readonly readOnly: boolean;
}

/** The additions to the pod template, known once the resources in `after` are ready. */
export function podTemplateOf(
    {
        certificateMounts,
        drainSeconds,
    }: { readonly certificateMounts?: CertificateMounts; readonly drainSeconds: number },
    { mounts, revocationListDigest }: CertificateSet,
    after: readonly pulumi.Resource[],
): pulumi.Output<PodTemplateParts> {
    return pulumi
        .all([mounts, revocationListDigest, after.map(({ urn }) => urn)])
        .apply(([resolved, digest]) =>
            podTemplateParts(resolved, digest, certificateMounts ?? CertificateMounts.Annotations, drainSeconds),
        );
}

export function podTemplateParts(
    mounts: SecretMounts,
    revocationListDigest: string | undefined,
    certificateMounts: CertificateMounts,
    drainSeconds: number,
): PodTemplateParts {
    const annotations = {
        "proxy.istio.io/config": JSON.stringify(proxyConfig(drainSeconds, revocationListDigest !== undefined)),
        ...(revocationListDigest === undefined ? {} : { [revocationAnnotation]: revocationListDigest }),
    };
    const volumes = podVolumes(mounts);
    if (certificateMounts === CertificateMounts.Container) {
        return { annotations, volumes, containers: [sidecarContainer] };
    }
    const byName = (items: readonly (PodVolume | PodVolumeMount)[]) =>
        JSON.stringify(Object.fromEntries(items.map(({ name, ...rest }) => [name, rest])));
    return {
        annotations: {
            "sidecar.istio.io/userVolume": byName(volumes),
            "sidecar.istio.io/userVolumeMount": byName(sidecarContainer.volumeMounts),
            ...annotations,
        },
        volumes: [],
        containers: [],
    };
}

/**
 * The sidecar runs as user 1337 without an fsGroup, so the Secrets keep the default mode 0644. The server's Secret is `optional`: a
 * pod starts without it, and serves once it exists.
 */
function podVolumes({ serverSecret, serverRequired, caSecret, caOptional }: SecretMounts): PodVolume[] {
    // The volume with the CA certificate does not contain the private key.
    const onlyCertificate = { items: [{ key: caCertificateKey, path: caCertificateKey }] };
    return [
        {
            name: "tls-secret",
            secret: { secretName: serverSecret, ...(serverRequired ? {} : { optional: true }) },
        },
        {
            name: "tls-ca-secret",
            secret: {
                secretName: caSecret,
                ...(caOptional ? { optional: true } : {}),
                ...(caSecret === serverSecret ? onlyCertificate : {}),
            },
        },
    ];
}

/**
 * Istio's injector merges this into its own container; without injection the kubelet finds no image "auto", and no pod starts
 * (pkg/kube/inject/webhook.go). Without a pull policy, Kubernetes would set Always, because "auto" has no tag, and Always would remain
 * with Istio's own image.
 */
const sidecarContainer: PodContainer = {
    name: "istio-proxy",
    image: "auto",
    imagePullPolicy: "IfNotPresent",
    volumeMounts: [
        { name: "tls-secret", mountPath: serverMountPath, readOnly: true },
        { name: "tls-ca-secret", mountPath: caMountPath, readOnly: true },
    ],
};

/**
 * Envoy reads the certificate revocation list when it loads the listener, and does not watch the file (envoy/extensions/
 * transport_sockets/tls/v3/common.proto, `crl`). The annotation changes with the list, so that a rollout starts pods that read it.
 */
const revocationAnnotation = "istio-sidecar-tls/certificate-revocation-list";

function proxyConfig(drainSeconds: number, hasRevocationList: boolean): object {
    return {
        // A classic sidecar is terminated together with the application and has to serve as long; a native sidecar outlives it anyway.
        // "0s" is valid: it replaces Istio's default of 5 seconds (pkg/config/mesh/mesh.go), and the agent stops Envoy without a wait
        // (pkg/envoy/agent.go).
        terminationDrainDuration: `${drainSeconds}s`,
        // With APPEND_FORWARD, Istio's default, the application receives an x-forwarded-client-cert header that the client forged, in
        // front of the real one. SANITIZE_SET leaves only the real header, with the details that Istio sets by default.
        proxyHeaders: {
            forwardedClientCert: "SANITIZE_SET",
            setCurrentClientCertDetails: { subject: true, uri: true, dns: true, cert: false, chain: false },
        },
        // Expiry of the certificates in use, for alerts; by default Istio exposes few of Envoy's statistics.
        proxyStatsMatcher: { inclusionRegexps: ["listener\\..*\\.expiration_unix_time_seconds"] },
        // pilot-agent also gives Envoy the revocation list of the mesh CA for the CA from files, where it replaces caCrl; since Istio
        // 1.27 every pod has that list, as an empty file (security/pkg/nodeagent/sds/sdsservice.go).
        ...(hasRevocationList ? { proxyMetadata: { PILOT_ENABLE_CA_CRL: "false" } } : {}),
    };
}
