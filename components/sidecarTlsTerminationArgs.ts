/** The arguments of the chain: each one decision of its user. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    renewalCheck,
    type Subject,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { type CertManager, certManagerCheck } from "./certManagerIssuer";
import { flag, input, itemsOf, object, oneOf, plain, required } from "./checks";
import { type Client, clientsCheck } from "./clients";
import { trustDomainCheck } from "./clientUri";
import { type EgressListener, egressCheck, type OutboundTrafficPolicy, outboundTrafficPolicyCheck } from "./egress";
import { type ExistingSecrets, existingSecretsCheck } from "./existingSecrets";
import { ipAddress } from "./ipAddress";
import {
    clusterDomain as clusterDomainCheck,
    dnsLabel,
    dnsName,
    labels,
    podAnnotations,
    serviceName,
} from "./kubernetesNames";
import { type Listener, listenersCheck } from "./listeners";
import { CertificateMounts } from "./mounts";
import { namespaceCheck, revisionCheck, revisionsCheck } from "./namespace";
import { type Source, sourcesCheck } from "./networkPolicy";
import { type ObjectNames, objectNamesCheck } from "./objectNames";
import { type KeyAlgorithm, keyAlgorithmCheck } from "./privateKey";
import { revocationListCheck } from "./revocationList";
import { serviceCheck, type ServiceSettings } from "./service";
import { uriName } from "./uriName";
import { type ExistingWorkload, existingWorkloadCheck, type Workload, workloadCheck } from "./workload";

export interface SidecarTlsTerminationArgs {
    /** Namespace of the workload. */
    readonly namespace: pulumi.Input<string>;
    /** Creates the namespace, labelled for sidecar injection, and deletes it with all that is in it on destroy, and also when this is set back to false. Plain value. Default: false, the namespace exists. */
    readonly createNamespace?: boolean;
    /** Labels an existing namespace for sidecar injection and takes the label away on destroy. Plain value. Default: false. */
    readonly labelNamespace?: boolean;
    /** Demands mesh mTLS of every workload in the namespace (a PeerAuthentication STRICT without a selector). Plain value. Default: the value of createNamespace. */
    readonly strictNamespace?: boolean;
    /** The application behind the sidecar, as a Deployment that is made here. Default: none; one of workload and existingWorkload is required. */
    readonly workload?: Workload;
    /** Pods that somebody else makes, instead of workload. The outputs podAnnotations, podLabels, podVolumes and podContainers belong into their template; no output waits for the pods. Default: none. */
    readonly existingWorkload?: ExistingWorkload;
    /** The ports on which the sidecar listens. The list, its names and protocols are plain values. Default: "external", HTTPS with mutual TLS, 8443 at the Service and 9080 at the sidecar, and "internal", HTTP for clients in the mesh, 8080 at the Service and 9081 at the sidecar. */
    readonly listeners?: Listener[];
    /** The Service that is made here. Default: one of type "ClusterIP". */
    readonly service?: ServiceSettings;
    /** Name of a Service that exists, in front of existingWorkload: it gives the host name, and its ports have the listenerPorts as targetPort. Default: a Service is made here. */
    readonly existingService?: pulumi.Input<string>;
    /** DNS names by which clients outside the cluster reach the server, such as that of a load balancer: they are in its certificate, and the first one that is no wildcard is in url. Default: none. */
    readonly externalHostNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** Domain of the cluster. Default: "cluster.local". */
    readonly clusterDomain?: pulumi.Input<string>;
    /** How the certificates get into the sidecar: "annotations" of Istio, as on its page, or a "container" istio-proxy with volume mounts in the pod itself, which does not start where Istio injects no sidecar. Plain value. Default: "annotations". */
    readonly certificateMounts?: CertificateMounts;
    /** The services that the workload may call: the Sidecar that is made here takes the place of one for the whole namespace, its egress included. Plain value; its properties take Outputs. Default: all. */
    readonly egress?: EgressListener[];
    /** What becomes of the workload's calls to hosts that the mesh does not know. Default: what is set for the mesh. */
    readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
    /** The only sources whose connections reach the TLS ports (a NetworkPolicy, where the cluster's network plugin enforces it). The list is a plain value; its items take Outputs. Default: all. */
    readonly allowedSources?: pulumi.Input<Source>[];
    /** The only clients from outside the mesh that are let in, each with a certificate of its own; with the TLS mode "MUTUAL" alone. The list and its names are plain values. Default: one client, named client, and no list: whoever has a certificate of the CA is let in. */
    readonly clients?: Client[];
    /** The CA that signs the certificates of server and client. Default: one of the component's own. */
    readonly certificateAuthority?: CertificateAuthorityKeyPair;
    /** The CA that is to take over: clients get certificates of this one, and both are trusted, by the sidecar and in the clients' bundles, while the server keeps a certificate of the present one. Once every client has its new bundle, this becomes certificateAuthority, and the former one is refused. Default: none. */
    readonly nextCertificateAuthority?: CertificateAuthorityKeyPair;
    /** Certificate revocation lists in PEM form, one for each CA, one after the other; only with certificateAuthority. Another list makes other pods, one after the other, and counts when they are ready. Default: none. */
    readonly certificateRevocationListPem?: pulumi.Input<string>;
    /** Secrets of somebody else's with the certificates, instead of certificates that are made here: nothing of them enters Pulumi's state. Plain value; its properties take Outputs. Default: none. */
    readonly existingSecrets?: ExistingSecrets;
    /** A cert-manager that issues and renews the certificates of server and clients in the cluster. Plain value; its properties take Outputs. Default: none. */
    readonly certManager?: CertManager;
    /** Kind, names and lifetime of the certificates of server and client. Default: ECDSA P-256, valid for a year, renewed thirty days before that ends. */
    readonly certificates?: Certificates;
    /** Issues a certificate for a ConnectivityCheck and lets it in: the output connectivityTarget has it. Plain value. Default: false. */
    readonly connectivityCheckClient?: boolean;
    /** The control plane that serves the namespace. Default: istiod in "istio-system", with the flag managed here. */
    readonly istiod?: Istiod;
    /** Labels of every object that is made here, the pods included. Default: none. */
    readonly commonLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Annotations of every object that is made here, the pods included. Default: none. */
    readonly commonAnnotations?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Names of the Kubernetes objects. Default: the component's name, or "<component>-<role>". */
    readonly objectNames?: ObjectNames;
    /** Leaves the guard out: whenever istiod loses the feature flag, or a policy is missing, the port then answers anyone in plaintext; named clients are not told apart. Plain value. Default: false. */
    readonly unsafeDisableGuard?: boolean;
}

export interface Certificates {
    /** Kind and size of the private keys: "ECDSA-P256", "ECDSA-P384" (Istio 1.25 or newer), "RSA-2048", "RSA-3072" or "RSA-4096". A CA of the component's own keeps the kind with which it was made. Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificates are valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** The server's distinguished name. Default: the Service's DNS name as common name. */
    readonly serverSubject?: Subject;
    /** IP addresses by which clients reach the server, for the subject alternative names of its certificate. Default: none. */
    readonly serverIpAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** URIs for the same. Default: none. */
    readonly serverUris?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface Istiod {
    /** Sets the feature flag on istiod, together with all other stacks that do. Plain value. Default: true; false leaves it to others, such as the values of istiod's Helm chart. */
    readonly manageFeatureFlag?: boolean;
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Revisions of istiod that get the flag; "default" is the Deployment istiod, any other name R the Deployment istiod-R. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
    /** Revision, or revision tag, that gives the pods their sidecar: a label of theirs, and of the namespace where that is created or labelled here ("default": istio-injection, any other istio.io/rev). Default: the first one of revisions. */
    readonly injectionRevision?: pulumi.Input<string>;
    /** The mesh's trust domain (meshConfig.trustDomain), which no client may be in. Default: "cluster.local". */
    readonly trustDomain?: pulumi.Input<string>;
}

const certificatesCheck = object<Certificates>({
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
    serverSubject: subjectCheck,
    serverIpAddresses: input(itemsOf(ipAddress)),
    serverUris: input(itemsOf(uriName)),
});

const istiodCheck = object<Istiod>({
    manageFeatureFlag: plain(flag),
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
    injectionRevision: revisionCheck,
    trustDomain: input(trustDomainCheck),
});

export const argumentsCheck = object<SidecarTlsTerminationArgs>({
    namespace: required(input(namespaceCheck)),
    createNamespace: plain(flag),
    labelNamespace: plain(flag),
    strictNamespace: plain(flag),
    workload: workloadCheck,
    existingWorkload: existingWorkloadCheck,
    listeners: listenersCheck,
    service: serviceCheck,
    existingService: input(serviceName),
    externalHostNames: input(itemsOf(dnsName)),
    clusterDomain: input(clusterDomainCheck),
    certificateMounts: plain(oneOf(Object.values(CertificateMounts))),
    egress: egressCheck,
    outboundTrafficPolicy: outboundTrafficPolicyCheck,
    allowedSources: sourcesCheck,
    clients: clientsCheck,
    certificateAuthority: certificateAuthorityKeyPairCheck,
    nextCertificateAuthority: certificateAuthorityKeyPairCheck,
    certificateRevocationListPem: input(revocationListCheck),
    existingSecrets: existingSecretsCheck,
    certManager: certManagerCheck,
    certificates: certificatesCheck,
    connectivityCheckClient: plain(flag),
    istiod: istiodCheck,
    commonLabels: input(labels),
    commonAnnotations: input(podAnnotations),
    objectNames: objectNamesCheck,
    unsafeDisableGuard: plain(flag),
});
