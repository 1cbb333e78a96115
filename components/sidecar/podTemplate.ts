import * as pulumi from "@pulumi/pulumi";
import type { CertificateSet } from "../certificates/sources/source";
import { serverMountPath, caMountPath, caCertificateKey, type SecretMounts } from "../certificates/secretFiles";

// The keys of a Secret of type kubernetes.io/tls, and the key under which cert-manager and the like keep the CA.
/** How the certificates get into the sidecar. */
export const CertificateMounts = { Annotations: "annotations", Container: "container" } as const;
export type CertificateMounts = (typeof CertificateMounts)[keyof typeof CertificateMounts];

/** What a pod template gets, so that its sidecar has the certificates. */
export interface PodTemplateParts {
    readonly annotations: { [annotation: string]: string };
    readonly volumes: PodVolume[];
    readonly containers: PodContainer[];
}

/** A volume of a pod, in Kubernetes' form. */
export interface PodVolume {
    /** Its name. */
    readonly name: string;
    /** The Secret in it. */
    readonly secret: PodVolumeSecret;
}

export interface PodVolumeSecret {
    /** Name of the Secret. */
    readonly secretName: string;
    /** Whether the pod starts without it. */
    readonly optional?: boolean;
    /** The keys that are mounted. Default: all. */
    readonly items?: PodVolumeItem[];
}

export interface PodVolumeItem {
    /** Key in the Secret. */
    readonly key: string;
    /** File in the volume. */
    readonly path: string;
}

/** A container of a pod, in Kubernetes' form: the sidecar, which Istio completes. */
export interface PodContainer {
    /** Its name, istio-proxy. */
    readonly name: string;
    /** "auto", in place of which Istio puts its own image. */
    readonly image: string;
    /** "IfNotPresent". */
    readonly imagePullPolicy: string;
    /** Where the volumes are mounted. */
    readonly volumeMounts: PodVolumeMount[];
}

export interface PodVolumeMount {
    /** Name of the volume. */
    readonly name: string;
    /** Folder in the container. */
    readonly mountPath: string;
    /** Always true. */
    readonly readOnly: boolean;
}

/** What a pod template needs, known once `after` is ready. */
export function podTemplateOf(
    { certificateMounts }: { readonly certificateMounts?: CertificateMounts },
    { mounts, revocationListDigest }: CertificateSet,
    after: readonly pulumi.Resource[],
): pulumi.Output<PodTemplateParts> {
    return pulumi
        .all([mounts, revocationListDigest, after.map(({ urn }) => urn)])
        .apply(([resolved, digest]) =>
            podTemplateParts(resolved, digest, certificateMounts ?? CertificateMounts.Annotations),
        );
}

export function podTemplateParts(
    mounts: SecretMounts,
    revocationListDigest: string | undefined,
    certificateMounts: CertificateMounts,
): PodTemplateParts {
    const annotations = {
        "proxy.istio.io/config": JSON.stringify(proxyConfig(revocationListDigest !== undefined)),
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
 * The sidecar runs as user 1337 without an fsGroup, so the Secrets keep the default mode 0644. The server's Secret is
 * `optional`, so that a pod starts without it and serves once it is there.
 */
function podVolumes({ serverSecret, serverRequired, caSecret, caOptional }: SecretMounts): PodVolume[] {
    // Not the private key a second time.
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
 * Istio's injector lays this over its own container; without injection the kubelet finds no image "auto", and no pod starts
 * (pkg/kube/inject/webhook.go). Without a pull policy Kubernetes would put Always there, since "auto" has no tag, and that would
 * stay with Istio's own image.
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

/**
 * How long a pod that is to go serves on. Its sidecar tells clients at once to take their next request elsewhere, Envoy gives
 * those on HTTP/2 five seconds for it (drain_timeout), and the Service's new endpoints reach the nodes meanwhile.
 */
export const drainSeconds = 10;
