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
import { drainSecondsCheck } from "./sidecar/drain";
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
    /** Namespace of the workload. At most 63 lowercase letters, digits and "-"; not the namespace of istiod, and none in which Istio never injects sidecars ("kube-system", "kube-public", "kube-node-lease", "local-path-storage"). See [Namespaces](https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/). */
    readonly namespace: pulumi.Input<string>;
    /** Creates the namespace, with the label for sidecar injection. When you run `pulumi destroy`, or set this argument back to false, the namespace is deleted with everything in it. Cannot be combined with `labelNamespace`. Plain value, not an Output. Default: false; the namespace must exist. */
    readonly createNamespace?: boolean;
    /** Adds the label for sidecar injection to an existing namespace. `pulumi destroy` removes the label. Cannot be combined with `createNamespace`. See [Sidecar injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/). Plain value, not an Output. Default: false. */
    readonly labelNamespace?: boolean;
    /** Requires mesh mTLS of every workload in the namespace. The component creates a PeerAuthentication with mode STRICT and without a selector. See [PeerAuthentication](https://istio.io/latest/docs/reference/config/security/peer_authentication/). Plain value, not an Output. Default: the value of `createNamespace`. */
    readonly strictNamespace?: boolean;
    /** The application behind the sidecar, as a Deployment that the component creates. Set either `workload` or `existingWorkload`. See [Deployments](https://kubernetes.io/docs/concepts/workloads/controllers/deployment/). Plain value, not an Output; most of its properties accept Outputs. Default: none. */
    readonly workload?: Workload;
    /** An existing application to put behind the sidecar. Set either `workload` or `existingWorkload`. Add the outputs `podAnnotations`, `podLabels`, `podVolumes` and `podContainers` to the pod template of the application. No output waits for the pods. Plain value, not an Output; most of its properties accept Outputs. Default: none. */
    readonly existingWorkload?: ExistingWorkload;
    /** The ports on which the sidecar listens. At least one terminates TLS; no two have the same name, `servicePort` or `listenerPort`. See [IstioIngressListener](https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioIngressListener). Plain value, not an Output; the ports and the properties of `tls` accept Outputs. Default: "external", HTTPS with mutual TLS on Service port 8443 and sidecar port 9080, and "internal", HTTP for clients in the mesh on Service port 8080 and sidecar port 9081. */
    readonly listeners?: Listener[];
    /** Settings of the Service that the component creates. Cannot be combined with `existingService`. See [Service](https://kubernetes.io/docs/concepts/services-networking/service/). Plain value, not an Output; its properties accept Outputs. Default: a Service of type "ClusterIP". */
    readonly service?: ServiceSettings;
    /** Name of an existing Service in front of an `existingWorkload`. The server certificate contains the DNS name of this Service, and the `targetPort` of each of its ports must be a `listenerPort`. At most 63 lowercase letters, digits and "-", beginning with a letter. Default: none; the component creates a Service. */
    readonly existingService?: pulumi.Input<string>;
    /** DNS names by which clients outside the cluster reach the server, such as the name of a load balancer. The server certificate contains them. A wildcard such as "*.example.com" is allowed. Default: none. */
    readonly externalHostNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS domain of the cluster, the last part of the DNS name of the Service. See [DNS for Services and Pods](https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). Default: "cluster.local". */
    readonly clusterDomain?: pulumi.Input<string>;
    /** How the certificates are mounted into the sidecar. "annotations": by annotations of Istio, as in the Istio task; pods start even if Istio injects no sidecar, and the application then answers in plaintext. "container": by an `istio-proxy` container in the pod template; pods do not start if Istio injects no sidecar. See [Sidecar injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/). Plain value, not an Output. Default: "annotations". */
    readonly certificateMounts?: CertificateMounts;
    /** How long a terminating pod keeps serving, in seconds, so that its clients can move to other pods. Sets `terminationDrainDuration` of the sidecar and, with `workload`, a preStop hook of the application and, above 10, `terminationGracePeriodSeconds`, to `drainSeconds` plus 20. With `existingWorkload`, set the hook and a sufficient grace period in your pod template. With 0, there is no wait: the application has no preStop hook, and the sidecar stops immediately. Envoy may refuse new connections once Istio's `drainDuration` is over, 45 seconds by default. From 0 to 580, so that the grace period is at most 600 seconds, the default limit of the cluster autoscaler. A change causes a rolling update of the pods. See [ProxyConfig](https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#ProxyConfig) and [Termination of Pods](https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination). Plain value, not an Output. Default: 10. */
    readonly drainSeconds?: number;
    /** Services that the workload may call, in at least one entry. For this workload, the Sidecar that the component creates replaces the Sidecar of the namespace, including its egress, so repeat the entries of that Sidecar here. See [Sidecar](https://istio.io/latest/docs/reference/config/networking/sidecar/). Plain value, not an Output; most properties of the entries accept Outputs. Default: all services. */
    readonly egress?: EgressListener[];
    /** How the sidecar handles calls of the workload to hosts that are not in the mesh registry. See [OutboundTrafficPolicy](https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy). Plain value, not an Output; its properties accept Outputs. Default: the setting of the mesh. */
    readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
    /** Allow list of the sources whose connections reach the TLS ports. The component creates a NetworkPolicy, which has an effect only if the network plugin of the cluster enforces it. See [Network Policies](https://kubernetes.io/docs/concepts/services-networking/network-policies/). At least one entry. Plain value, not an Output; its entries accept Outputs. Default: all sources. */
    readonly allowedSources?: pulumi.Input<AllowedSource>[];
    /** Allow list of clients outside the mesh. Each client gets its own certificate, except with `existingSecrets`. Requires the TLS mode "MUTUAL" in all listeners with TLS, and cannot be combined with `unsafeDisableGuard`. At least one client; names and URIs are unique. Plain value, not an Output; most properties of the clients accept Outputs. Default: no allow list. One certificate is issued, for the client "client", and any client with a certificate that the CA issued is admitted. */
    readonly clients?: Client[];
    /** The CA that issues the certificates of the server and the clients. Cannot be combined with `existingSecrets` and `certManager`. Plain value, not an Output; its properties accept Outputs. Default: a CA that the component creates, valid for ten years, or for twice `certificates.validityPeriodHours` if that is longer. */
    readonly certificateAuthority?: CertificateAuthorityKeyPair;
    /** The next CA, for a CA rotation. This CA issues the client certificates; the current CA still issues the server certificate. The sidecar and the clients' bundles trust both CAs. When all clients have their new bundles, set the next CA as `certificateAuthority`: certificates of the previous CA are then rejected. Cannot be combined with `existingSecrets` and `certManager`. Plain value, not an Output; its properties accept Outputs. Default: none. */
    readonly nextCertificateAuthority?: CertificateAuthorityKeyPair;
    /** Certificate revocation lists in PEM form, one after the other: a current list from `certificateAuthority`, and one from `nextCertificateAuthority` if that is set. Requires that these are root CAs, and that a listener requests client certificates. Cannot be combined with `existingSecrets` and `certManager`. A changed list takes effect with a rolling update of the pods. See [RFC 5280, section 5](https://www.rfc-editor.org/rfc/rfc5280#section-5). Default: none. */
    readonly certificateRevocationListPem?: pulumi.Input<string>;
    /** Existing Secrets with the certificates, instead of certificates that the component issues. The content of the Secrets does not enter Pulumi's state. See [Secrets](https://kubernetes.io/docs/concepts/configuration/secret/). Cannot be combined with `certificates`, `certificateAuthority`, `nextCertificateAuthority`, `certManager` and `connectivityCheckClient`. Plain value, not an Output; its properties accept Outputs. Default: none. */
    readonly existingSecrets?: ExistingSecrets;
    /** The cert-manager issuer that issues the certificates of the server and the clients in the cluster. cert-manager also renews them. Cannot be combined with `certificateAuthority`, `nextCertificateAuthority` and `existingSecrets`. See [Issuer](https://cert-manager.io/docs/concepts/issuer/). Plain value, not an Output; its properties accept Outputs. Default: none. */
    readonly certManager?: CertManager;
    /** Key algorithm, names and lifetime of the certificates of the server and the clients. Cannot be combined with `existingSecrets`. Plain value, not an Output; most of its properties accept Outputs. Default: ECDSA P-256, valid for one year, renewed in the thirty days before they expire. */
    readonly certificates?: CertificateSettings;
    /** Issues a client certificate for a ConnectivityCheck and admits that client. The output `connectivityTarget` contains the certificate and its private key. Cannot be combined with `existingSecrets`. Plain value, not an Output. Default: false. */
    readonly connectivityCheckClient?: boolean;
    /** The istiods that serve the namespace. Plain value, not an Output; most of its properties accept Outputs. Default: istiod in "istio-system", on which the component sets the feature flag. */
    readonly istiod?: IstiodSettings;
    /** Labels of every object that the component creates, including the pods. The label `istio-injection` and the prefixes `istio.io/`, `sidecar.istio.io/` and `istio-sidecar-tls/` are reserved. See [Labels and Selectors](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). Default: none. */
    readonly commonLabels?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Annotations of every object that the component creates, including the pods. Keys of `istio.io` and its subdomains, and of `pulumi.com`, are reserved. See [Annotations](https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/). Default: none. */
    readonly commonAnnotations?: pulumi.Input<{ [key: string]: pulumi.Input<string> }>;
    /** Names of the Kubernetes objects that the component creates. See [Object Names](https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). Plain value, not an Output; its properties accept Outputs. Default: the name of the component, or `<component>-<role>`, such as `<component>-guard`. */
    readonly objectNames?: ObjectNames;
    /** Disables the guard. UNSAFE: if istiod loses the feature flag or a policy is missing, the port serves plaintext to any client. Cannot be combined with `clients`, because the guard enforces the allow list. Plain value, not an Output. Default: false. */
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
    drainSeconds: drainSecondsCheck,
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
