/** The arguments of the chain: each one decision of its user. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    secretKeyPair,
} from "./certificates/keyPairs";
import { type CertManager, certManagerCheck } from "./certificates/sources/certManagerIssuer";
import { boolean, input, list, object, oneOf, plain, required } from "./validation/checks";
import { type Client, clientsCheck } from "./access/clients";
import {
    type EgressListener,
    egressCheck,
    type OutboundTrafficPolicy,
    outboundTrafficPolicyCheck,
} from "./sidecar/egress";
import { type ExistingSecrets, existingSecretsCheck } from "./certificates/sources/existingSecrets";
import { clusterDomain as clusterDomainCheck, dnsName, labels, podAnnotations, serviceName } from "./kubernetes/names";
import { type Listener, listenersCheck } from "./listeners/listeners";
import { CertificateMounts } from "./sidecar/podTemplate";
import { namespaceCheck } from "./mesh/namespace";
import { type AllowedSource, allowedSourcesCheck } from "./access/networkPolicy";
import { type ObjectNames, objectNamesCheck } from "./kubernetes/objectNames";
import { revocationListCheck } from "./x509/revocationList";
import { serviceCheck, type ServiceSettings } from "./workload/service";
import { type ExistingWorkload, existingWorkloadCheck, type Workload, workloadCheck } from "./workload/workload";
import { type CertificateSettings, certificateSettingsCheck } from "./certificates/settings";
import { type IstiodSettings, istiodCheck } from "./mesh/istiod";

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
    readonly allowedSources?: pulumi.Input<AllowedSource>[];
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
    readonly certificates?: CertificateSettings;
    /** Issues a certificate for a ConnectivityCheck and lets it in: the output connectivityTarget has it. Plain value. Default: false. */
    readonly connectivityCheckClient?: boolean;
    /** The control plane that serves the namespace. Default: istiod in "istio-system", with the flag managed here. */
    readonly istiod?: IstiodSettings;
    /** Labels of every object that is made here, the pods included. Default: none. */
    readonly commonLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Annotations of every object that is made here, the pods included. Default: none. */
    readonly commonAnnotations?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Names of the Kubernetes objects. Default: the component's name, or "<component>-<role>". */
    readonly objectNames?: ObjectNames;
    /** Leaves the guard out: whenever istiod loses the feature flag, or a policy is missing, the port then answers anyone in plaintext; named clients are not told apart. Plain value. Default: false. */
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
