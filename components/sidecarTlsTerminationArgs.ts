/** The arguments of the chain: each one decision of its user. */
import * as pulumi from "@pulumi/pulumi";
import { authorityChain } from "./authorityChain";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    leafLifetime,
    lifetimeProblems,
    renewalCheck,
    type Subject,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { signatureProblems } from "./certificateRequest";
import { certificateSourceProblems } from "./certificateSource";
import { clientSecretProblems } from "./certManager";
import { type CertManager, certManagerCheck } from "./certManagerIssuer";
import { flag, input, isLater, itemsOf, object, plain, type Problem, required } from "./checks";
import { cipherSuiteProblems } from "./cipherSuites";
import { dnsLabel, dnsName } from "./kubernetesNames";
import { anyClient, type Client, clientProblems, clientsCheck } from "./clients";
import { defaultTrustDomain, trustDomainCheck } from "./clientUri";
import { type ExistingSecrets, existingSecretsCheck } from "./existingSecrets";
import { givenAuthorityProblems } from "./givenAuthority";
import { ipAddress } from "./ipAddress";
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
import { type KeyAlgorithm, keyAlgorithmCheck } from "./privateKey";
import { revocationListCheck, revocationListProblems } from "./revocationList";
import { uriName } from "./uriName";
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
    /** The CA that is to take over: clients get certificates of this one, and both are trusted, by the sidecar and in the clients' bundles, while the server keeps a certificate of the present one. Once every client has its new bundle, this becomes certificateAuthority, and the former one is refused. Default: none. */
    readonly nextCertificateAuthority?: CertificateAuthorityKeyPair;
    /** Certificate revocation lists in PEM form, one for each CA, one after the other; only with certificateAuthority. Another list makes other pods, one after the other, and counts when they are ready. Default: none. */
    readonly certificateRevocationListPem?: pulumi.Input<string>;
    /** Secrets of somebody else's with the certificates, instead of certificates that are made here: nothing of them enters Pulumi's state. Plain value; its properties take Outputs. Default: none. */
    readonly existingSecrets?: ExistingSecrets;
    /** A cert-manager that issues and renews the certificates of server and clients in the cluster. Plain value; its properties take Outputs. Default: none. */
    readonly certManager?: CertManager;
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
    /** Kind and size of the private keys: "ECDSA-P256", "ECDSA-P384" (Istio 1.25 or newer), "RSA-2048", "RSA-3072" or "RSA-4096". A CA of the component's own keeps the kind with which it was made. Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificates are valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** The server's distinguished name. Default: the Service's DNS name as common name. */
    readonly serverSubject?: Subject;
    /** DNS names by which clients reach the server besides those of the Service, such as that of a load balancer, for the subject alternative names of its certificate. Default: none. */
    readonly serverDnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** IP addresses for the same. Default: none. */
    readonly serverIpAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** URIs for the same. Default: none. */
    readonly serverUris?: pulumi.Input<pulumi.Input<string>[]>;
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
    serverDnsNames: input(itemsOf(dnsName)),
    serverIpAddresses: input(itemsOf(ipAddress)),
    serverUris: input(itemsOf(uriName)),
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
    nextCertificateAuthority: certificateAuthorityKeyPairCheck,
    certificateRevocationListPem: input(revocationListCheck),
    existingSecrets: existingSecretsCheck,
    certManager: certManagerCheck,
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
    const names = allObjectNames(component, objectNames ?? {}, Boolean(args.certManager));
    const mode = external?.mode ?? TlsMode.Mutual;
    const { service } = names;
    const host =
        typeof service === "string" && typeof args.namespace === "string" ? hostOf(service, args.namespace) : undefined;
    return [
        // The defaults come from the component's name, which may be anything.
        ...objectNamesProblems(names),
        ...(args.certManager ? clientSecretProblems(component, args.clients ?? [anyClient], names.serverSecret) : []),
        ...rootNamespaceProblems(args.namespace, istiod?.namespace ?? defaultIstiodNamespace),
        ...listenerProblems(args),
        ...cipherSuiteProblems(args),
        ...(clients ? clientProblems(clients, mode, meshTrustDomain, host) : []),
        ...lifetimeProblems(certificates ?? {}, "certificates", leafLifetime),
        ...givenAuthorityProblems(certificateAuthority, "certificateAuthority", meshTrustDomain),
        ...givenAuthorityProblems(args.nextCertificateAuthority, "nextCertificateAuthority", meshTrustDomain),
        ...certificateSourceProblems(args),
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

/** What takes its time to find out. */
export async function slowArgumentProblems(args: pulumi.Unwrap<SidecarTlsTerminationArgs>): Promise<Problem[]> {
    const { clients, certificateAuthority, nextCertificateAuthority, certificateRevocationListPem } = args;
    const signatures = (clients ?? []).map(({ certificateRequestPem }, index) =>
        certificateRequestPem
            ? signatureProblems(certificateRequestPem, `clients[${index}].certificateRequestPem`)
            : Promise.resolve([]),
    );
    const authorities = [certificateAuthority, nextCertificateAuthority].flatMap((given) =>
        given ? authorityChain(given.certificatePem).all : [],
    );
    const lists = certificateRevocationListPem
        ? revocationListProblems(certificateRevocationListPem, "certificateRevocationListPem", authorities)
        : Promise.resolve([]);
    return (await Promise.all([...signatures, lists])).flat();
}

/** The arguments as they go into Pulumi's state: the private key of a CA is a secret there even if it was given as a plain text. */
export function withSecretKeys(args: SidecarTlsTerminationArgs): SidecarTlsTerminationArgs {
    const withSecret = (given: CertificateAuthorityKeyPair) => ({
        ...given,
        privateKeyPem: pulumi.secret(given.privateKeyPem),
    });
    return {
        ...args,
        ...(args.certificateAuthority ? { certificateAuthority: withSecret(args.certificateAuthority) } : {}),
        ...(args.nextCertificateAuthority
            ? { nextCertificateAuthority: withSecret(args.nextCertificateAuthority) }
            : {}),
    };
}
