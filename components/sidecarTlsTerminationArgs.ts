/** The arguments of the chain: each one decision of its user. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    type KeyAlgorithm,
    keyAlgorithmCheck,
    leafLifetime,
    lifetimeProblems,
    renewalCheck,
    type Subject,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { flag, input, isLater, object, plain, type Problem, required } from "./checks";
import { dnsLabel } from "./kubernetesNames";
import { type Client, clientProblems, clientsCheck, defaultTrustDomain, trustDomainCheck } from "./clients";
import { givenAuthorityProblems } from "./givenAuthority";
import {
    listenerProblems,
    type MeshListener,
    meshListenerCheck,
    type TlsListener,
    tlsListenerCheck,
    TlsMode,
} from "./listeners";
import { defaultIstiodNamespace, namespaceCheck, revisionsCheck, rootNamespaceProblems } from "./namespace";
import { hostOf } from "./serverCertificate";
import { allObjectNames, type ObjectNames, objectNamesCheck, objectNamesProblems } from "./objectNames";
import { type Workload, workloadCheck } from "./workload";

export interface SidecarTlsTerminationArgs {
    /** Namespace of the workload. */
    readonly namespace: pulumi.Input<string>;
    /** Creates the namespace, labelled for sidecar injection, and deletes it with all that is in it on destroy, and also when this is set back to false. Plain value. Default: false, the namespace exists. */
    readonly createNamespace?: boolean;
    /** Labels an existing namespace for sidecar injection and takes the label away on destroy. Plain value. Default: false. */
    readonly labelNamespace?: boolean;
    /** Demands mesh mTLS of every workload in the namespace (a PeerAuthentication STRICT without a selector). Plain value. Default: the value of createNamespace. */
    readonly strictNamespace?: boolean;
    /** The application behind the sidecar. */
    readonly workload: Workload;
    /** The way in for TLS from outside the mesh. Default: 8443 at the Service, 9080 at the sidecar, HTTPS, mutual TLS. */
    readonly external?: TlsListener;
    /** The way in for clients in the mesh. Default: 8080 at the Service, 9081 at the sidecar. */
    readonly internal?: MeshListener;
    /** The only clients from outside the mesh that are let in, each with a certificate of its own; with external.mode "MUTUAL" alone. The list and its names are plain values. Default: one client, named client, and no list: whoever has a certificate of the CA is let in. */
    readonly clients?: Client[];
    /** The CA that signs the certificates of server and client. Default: one of the component's own. */
    readonly certificateAuthority?: CertificateAuthorityKeyPair;
    /** Kind, names and lifetime of the certificates of server and client. */
    readonly certificates?: Certificates;
    /** The control plane that serves the namespace. */
    readonly istiod?: Istiod;
    /** Names of the Kubernetes objects, where the defaults do not fit. */
    readonly objectNames?: ObjectNames;
    /** Leaves the guard out: whenever istiod loses the feature flag, or a policy is missing, the port then answers anyone in plaintext; named clients are not told apart. Plain value. Default: false. */
    readonly unsafeDisableGuard?: boolean;
}

export interface Certificates {
    /** Kind and size of the private keys: "ECDSA-P256" or "RSA-2048". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificates are valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** The server's distinguished name. Default: the Service's DNS name as common name. */
    readonly serverSubject?: Subject;
}

export interface Istiod {
    /** Sets the feature flag on istiod, together with all other stacks that do. Plain value. Default: true; false leaves it to others, such as the values of istiod's Helm chart. */
    readonly manageFeatureFlag?: boolean;
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Revisions of istiod that get the flag; the first one injects the sidecars of a namespace that is created or labelled here. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
    /** The mesh's trust domain (meshConfig.trustDomain), which no client may be in. Default: "cluster.local". */
    readonly trustDomain?: pulumi.Input<string>;
}

const certificatesCheck = object<Certificates>({
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
    serverSubject: subjectCheck,
});

const istiodCheck = object<Istiod>({
    manageFeatureFlag: plain(flag),
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
    trustDomain: input(trustDomainCheck),
});

const shapeCheck = object<SidecarTlsTerminationArgs>({
    namespace: required(input(namespaceCheck)),
    createNamespace: plain(flag),
    labelNamespace: plain(flag),
    strictNamespace: plain(flag),
    workload: required(workloadCheck),
    external: tlsListenerCheck,
    internal: meshListenerCheck,
    clients: clientsCheck,
    certificateAuthority: certificateAuthorityKeyPairCheck,
    certificates: certificatesCheck,
    istiod: istiodCheck,
    objectNames: objectNamesCheck,
    unsafeDisableGuard: plain(flag),
});

/** What is wrong with the values that are known, and with values that contradict each other. */
export function argumentProblems(
    component: string,
    args: SidecarTlsTerminationArgs | pulumi.Unwrap<SidecarTlsTerminationArgs>,
): Problem[] {
    const problems = shapeCheck(args, "");
    if (problems.length > 0) {
        return problems;
    }
    const { clients, external, workload, certificates, certificateAuthority, istiod, objectNames } = args;
    const meshTrustDomain = istiod?.trustDomain ?? defaultTrustDomain;
    const names = allObjectNames(component, objectNames ?? {});
    const mode = external?.mode ?? TlsMode.Mutual;
    const { service } = names;
    const host =
        typeof service === "string" && typeof args.namespace === "string" ? hostOf(service, args.namespace) : undefined;
    return [
        // The defaults come from the component's name, which may be anything.
        ...objectNamesProblems(names),
        ...rootNamespaceProblems(args.namespace, istiod?.namespace ?? defaultIstiodNamespace),
        ...listenerProblems(args),
        ...(clients ? clientProblems(clients, mode, meshTrustDomain, host) : []),
        ...lifetimeProblems(certificates ?? {}, "certificates", leafLifetime),
        ...givenAuthorityProblems(certificateAuthority, "certificateAuthority", meshTrustDomain),
        ...contradictions(args, workload),
    ];
}

function contradictions(
    args: Pick<SidecarTlsTerminationArgs, "createNamespace" | "labelNamespace" | "clients" | "unsafeDisableGuard">,
    workload: { readonly labels?: unknown; readonly version?: unknown },
): Problem[] {
    const problems: Problem[] = [];
    if (args.createNamespace && args.labelNamespace) {
        problems.push({
            propertyPath: "labelNamespace",
            reason: "true contradicts createNamespace: a namespace that is created here has the label already; leave one out",
        });
    }
    if (args.clients && args.unsafeDisableGuard) {
        problems.push({
            propertyPath: "unsafeDisableGuard",
            reason: "true contradicts clients: it is the guard that tells them apart; leave one out",
        });
    }
    const { labels, version } = workload;
    if (version && typeof labels === "object" && labels !== null && !isLater(labels) && "version" in labels) {
        problems.push({
            propertyPath: "workload.version",
            reason: "contradicts the label version in workload.labels: give it once",
        });
    }
    return problems;
}

/** The arguments as they go into Pulumi's state: the private key of a CA is a secret there even if it was given as a plain text. */
export function withSecretKey(args: SidecarTlsTerminationArgs): SidecarTlsTerminationArgs {
    const given = args.certificateAuthority;
    return given
        ? { ...args, certificateAuthority: { ...given, privateKeyPem: pulumi.secret(given.privateKeyPem) } }
        : args;
}
