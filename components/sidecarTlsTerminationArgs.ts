/** The arguments of the chain: each one decision of its user. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    type KeyAlgorithm,
    keyAlgorithmCheck,
    renewalCheck,
    type SubjectArgs,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { dnsLabel, flag, input, isLater, object, plain, type Problem, required } from "./checks";
import { namespaceCheck, revisionsCheck } from "./namespace";
import { type ObjectNamesArgs, objectNamesCheck } from "./objectNames";
import { type PortsArgs, portsCheck } from "./ports";
import { type WorkloadArgs, workloadCheck } from "./workload";

export interface SidecarTlsTerminationArgs {
    /** Namespace of the workload. */
    readonly namespace: pulumi.Input<string>;
    /** Creates the namespace, labelled for sidecar injection, and deletes it on destroy. Plain value. Default: false, the namespace exists. */
    readonly createNamespace?: boolean;
    /** Labels an existing namespace for sidecar injection and takes the label away on destroy. Plain value. Default: false. */
    readonly labelNamespace?: boolean;
    /** Demands mesh mTLS of every workload in the namespace (a PeerAuthentication STRICT without a selector). Plain value. Default: the value of createNamespace. */
    readonly strictNamespace?: boolean;
    /** The application behind the sidecar. */
    readonly workload: WorkloadArgs;
    /** Ports for TLS from outside the mesh. Default: 8443 at the Service, 9080 at the sidecar. */
    readonly external?: PortsArgs;
    /** Ports for clients in the mesh. Default: 8080 at the Service, 9081 at the sidecar. */
    readonly internal?: PortsArgs;
    /** The CA that signs the certificates of server and client. Default: one of the component's own. */
    readonly certificateAuthority?: CertificateAuthorityKeyPair;
    /** Kind, names and lifetime of the certificates of server and client. */
    readonly certificates?: CertificatesArgs;
    /** The control plane that serves the namespace. */
    readonly istiod?: IstiodArgs;
    /** Names of the Kubernetes objects, where the defaults do not fit. */
    readonly objectNames?: ObjectNamesArgs;
    /** Leaves the guard out: whenever istiod loses the feature flag, or a policy is missing, the port then answers anyone in plaintext. Plain value. Default: false. */
    readonly unsafeDisableGuard?: boolean;
}

export interface CertificatesArgs {
    /** Kind and size of the private keys: "ECDSA-P256" or "RSA-2048". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificates are valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
    /** The server's distinguished name. Default: the Service's DNS name as common name. */
    readonly serverSubject?: SubjectArgs;
    /** The client's distinguished name. Default: client.<namespace>.svc.cluster.local as common name. */
    readonly clientSubject?: SubjectArgs;
}

export interface IstiodArgs {
    /** Sets the feature flag on istiod, together with all other stacks that do. Plain value. Default: true; false leaves it to others, such as the values of istiod's Helm chart. */
    readonly manageFeatureFlag?: boolean;
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Revisions of istiod that get the flag; the first one injects the sidecars of a namespace that is created or labelled here. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
}

const certificatesCheck = object<CertificatesArgs>({
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
    serverSubject: subjectCheck,
    clientSubject: subjectCheck,
});

const istiodCheck = object<IstiodArgs>({
    manageFeatureFlag: plain(flag),
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
});

const shapeCheck = object<SidecarTlsTerminationArgs>({
    namespace: required(input(namespaceCheck)),
    createNamespace: plain(flag),
    labelNamespace: plain(flag),
    strictNamespace: plain(flag),
    workload: required(workloadCheck),
    external: portsCheck,
    internal: portsCheck,
    certificateAuthority: certificateAuthorityKeyPairCheck,
    certificates: certificatesCheck,
    istiod: istiodCheck,
    objectNames: objectNamesCheck,
    unsafeDisableGuard: plain(flag),
});

/** What is wrong with the plain values, and with values that contradict each other. */
export function argumentProblems(args: SidecarTlsTerminationArgs): Problem[] {
    const problems = shapeCheck(args, "");
    if (problems.length === 0 && args.createNamespace && args.labelNamespace) {
        problems.push({
            propertyPath: "labelNamespace",
            reason: "true contradicts createNamespace: a namespace that is created here has the label already; leave one out",
        });
    }
    if (problems.length === 0 && args.workload.version !== undefined && hasVersion(args.workload.labels)) {
        problems.push({
            propertyPath: "workload.version",
            reason: "contradicts the label version in workload.labels: give it once",
        });
    }
    return problems;
}

function hasVersion(labels: unknown): boolean {
    return typeof labels === "object" && labels !== null && !isLater(labels) && "version" in labels;
}

/** The arguments as they go into Pulumi's state: the private key of a CA is a secret there even if it was given as a plain text. */
export function withSecretKey(args: SidecarTlsTerminationArgs): SidecarTlsTerminationArgs {
    const given = args.certificateAuthority;
    return given === undefined
        ? args
        : { ...args, certificateAuthority: { ...given, privateKeyPem: pulumi.secret(given.privateKeyPem) } };
}
