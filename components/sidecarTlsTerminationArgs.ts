/** The arguments of the component, and the check of each. */
import type * as pulumi from "@pulumi/pulumi";
import { type Client, clientsCheck } from "./access/clients";
import { type AllowedSource, allowedSourcesCheck } from "./access/networkPolicy";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    secretKeyPair,
} from "./certificates/keyPairs";
import { type CertificateSettings, certificateSettingsCheck } from "./certificates/settings";
import { type CertManager, certManagerCheck } from "./certificates/sources/certManagerIssuer";
import { type ExistingSecrets, existingSecretsCheck } from "./certificates/sources/existingSecrets";
import { clusterDomain as clusterDomainCheck, dnsName, labels, podAnnotations, serviceName } from "./kubernetes/names";
import { type ObjectNames, objectNamesCheck } from "./kubernetes/objectNames";
import { type Listener, listenersCheck } from "./listeners/listeners";
import { istiodCheck, type IstiodSettings } from "./mesh/istiod";
import { namespaceCheck } from "./mesh/namespace";
import {
    egressCheck,
    type EgressListener,
    type OutboundTrafficPolicy,
    outboundTrafficPolicyCheck,
} from "./sidecar/egress";
import { CertificateMounts } from "./sidecar/podTemplate";
import { boolean, input, list, object, oneOf, plain, required } from "./validation/checks";
import { serviceCheck, type ServiceSettings } from "./workload/service";
import { type ExistingWorkload, existingWorkloadCheck, type Workload, workloadCheck } from "./workload/workload";
import { revocationListCheck } from "./x509/revocationList";

export interface SidecarTlsTerminationArgs {
    /** Namespace of the workload. */
    readonly namespace: pulumi.Input<string>;
    /** Creates the namespace, labeled for sidecar injection. The namespace is deleted with everything in it on destroy, and also when you set this back to false. Plain value. Default: false, the namespace exists. */
    readonly createNamespace?: boolean;
    /** Labels an existing namespace for sidecar injection, and removes the label on destroy. Plain value. Default: false. */
    readonly labelNamespace?: boolean;
    /** Requires mesh mTLS of every workload in the namespace: a PeerAuthentication with mode STRICT and without a selector (https://istio.io/latest/docs/reference/config/security/peer_authentication/). Plain value. Default: the value of createNamespace. */
    readonly strictNamespace?: boolean;
    /** The application behind the sidecar, as a Deployment that the component creates. Default: none; set either workload or existingWorkload. */
    readonly workload?: Workload;
    /** An existing workload to attach to, instead of workload. Apply the outputs podAnnotations, podLabels, podVolumes and podContainers to its pod template. No output waits for its pods. Default: none. */
    readonly existingWorkload?: ExistingWorkload;
    /** The ports on which the sidecar listens; at least one terminates TLS. The list, its names and protocols are plain values. Default: "external", HTTPS with mutual TLS on Service port 8443 and sidecar port 9080, and "internal", HTTP for clients in the mesh on Service port 8080 and sidecar port 9081. */
    readonly listeners?: Listener[];
    /** Settings of the Service that the component creates. Default: type "ClusterIP". */
    readonly service?: ServiceSettings;
    /** Name of an existing Service in front of existingWorkload. It determines the host name; the targetPort of each of its ports must be a listenerPort. Default: the component creates a Service. */
    readonly existingService?: pulumi.Input<string>;
    /** DNS names by which clients outside the cluster reach the server, such as the name of a load balancer. The server certificate contains them, and url the first one that is no wildcard. Default: none. */
    readonly externalHostNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS domain of the cluster. Default: "cluster.local". */
    readonly clusterDomain?: pulumi.Input<string>;
    /** How the certificates are mounted into the sidecar: with "annotations", by annotations of Istio, as in the Istio task; with "container", by an istio-proxy container with volume mounts in the pod template, whose pods do not start if Istio injects no sidecar. Plain value. Default: "annotations". */
    readonly certificateMounts?: CertificateMounts;
    /** Services that the workload may call. The Sidecar that the component creates replaces the Sidecar of the whole namespace, including its egress (https://istio.io/latest/docs/reference/config/networking/sidecar/). Plain value; its properties accept Outputs. Default: all services. */
    readonly egress?: EgressListener[];
    /** How the sidecar handles calls of the workload to hosts that are not in the mesh registry. Default: the setting of the mesh. */
    readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
    /** Allow list of the sources whose connections reach the TLS ports: a NetworkPolicy, which takes effect if the network plugin of the cluster enforces it (https://kubernetes.io/docs/concepts/services-networking/network-policies/). The list is a plain value; its items accept Outputs. Default: all sources. */
    readonly allowedSources?: pulumi.Input<AllowedSource>[];
    /** Allow list of clients outside the mesh; each gets its own certificate. Requires TLS mode "MUTUAL". The list and its names are plain values. Default: one certificate, named "client", and no allow list: any certificate that the CA issued is accepted. */
    readonly clients?: Client[];
    /** The CA that signs the certificates of server and clients. Default: the component creates its own CA. */
    readonly certificateAuthority?: CertificateAuthorityKeyPair;
    /** The next CA, for CA rotation. Client certificates are issued by it, and the sidecar and the clients' bundles trust both CAs; the server keeps a certificate of the current CA. When all clients have their new bundles, set it as certificateAuthority: certificates of the previous CA are then rejected. Default: none. */
    readonly nextCertificateAuthority?: CertificateAuthorityKeyPair;
    /** Concatenated certificate revocation lists (PEM, RFC 5280), one for each CA; only with certificateAuthority. A changed list takes effect with a rolling update of the pods. Default: none. */
    readonly certificateRevocationListPem?: pulumi.Input<string>;
    /** Existing Secrets with the certificates, instead of certificates that the component issues: none of their content enters Pulumi's state. Plain value; its properties accept Outputs. Default: none. */
    readonly existingSecrets?: ExistingSecrets;
    /** Delegates issuing and renewing the certificates of server and clients to cert-manager in the cluster (https://cert-manager.io/docs/). Plain value; its properties accept Outputs. Default: none. */
    readonly certManager?: CertManager;
    /** Key algorithm, names and lifetime of the certificates of server and clients. Default: ECDSA P-256, valid for one year, renewed thirty days before they expire. */
    readonly certificates?: CertificateSettings;
    /** Issues a client certificate for a ConnectivityCheck and admits it: the output connectivityTarget contains it. Plain value. Default: false. */
    readonly connectivityCheckClient?: boolean;
    /** The control plane that serves the namespace. Default: istiod in "istio-system", with the feature flag managed by the component. */
    readonly istiod?: IstiodSettings;
    /** Labels of every object that the component creates, including the pods. Default: none. */
    readonly commonLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Annotations of every object that the component creates, including the pods. Default: none. */
    readonly commonAnnotations?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Names of the Kubernetes objects. Default: the name of the component, or "<component>-<role>". */
    readonly objectNames?: ObjectNames;
    /** Disables the guard. UNSAFE: if istiod loses the feature flag or a policy is missing, the port serves plaintext to any client, and the clients allow list is not enforced. Plain value. Default: false. */
    readonly unsafeDisableGuard?: boolean;
}

export const sidecarTlsTerminationArgsCheck = object<SidecarTlsTerminationArgs>({
    namespace: required(input(namespaceCheck)),
    createNamespace: plain(boolean),
    labelNamespace: plain(boolean),
    strictNamespace: plain(boolean),
    workload: workloadCheck,
    existingWorkload: existingWorkloadCheck,
    listeners: listenersCheck,
    service: serviceCheck,
    existingService: input(serviceName),
    externalHostNames: input(list(dnsName)),
    clusterDomain: input(clusterDomainCheck),
    certificateMounts: plain(oneOf(Object.values(CertificateMounts))),
    egress: egressCheck,
    outboundTrafficPolicy: outboundTrafficPolicyCheck,
    allowedSources: allowedSourcesCheck,
    clients: clientsCheck,
    certificateAuthority: certificateAuthorityKeyPairCheck,
    nextCertificateAuthority: certificateAuthorityKeyPairCheck,
    certificateRevocationListPem: input(revocationListCheck),
    existingSecrets: existingSecretsCheck,
    certManager: certManagerCheck,
    certificates: certificateSettingsCheck,
    connectivityCheckClient: plain(boolean),
    istiod: istiodCheck,
    commonLabels: input(labels),
    commonAnnotations: input(podAnnotations),
    objectNames: objectNamesCheck,
    unsafeDisableGuard: plain(boolean),
});

/** The arguments for Pulumi's state, which encrypts the private keys of CAs even if they are set in plaintext. */
export function withSecretKeys(args: SidecarTlsTerminationArgs): SidecarTlsTerminationArgs {
    const { certificateAuthority, nextCertificateAuthority } = args;
    return {
        ...args,
        ...(certificateAuthority ? { certificateAuthority: secretKeyPair(certificateAuthority) } : {}),
        ...(nextCertificateAuthority ? { nextCertificateAuthority: secretKeyPair(nextCertificateAuthority) } : {}),
    };
}
