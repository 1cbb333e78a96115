/** The component: everything that the sidecar of one workload needs to terminate TLS for clients outside the mesh. */
import * as pulumi from "@pulumi/pulumi";
import { connectivityCheckClient } from "./access/clients";
import { createGuard } from "./access/guard";
import { createNetworkPolicy } from "./access/networkPolicy";
import type { ClientBundle } from "./certificates/keyPairs";
import { createCertificates } from "./certificates/sources/certificates";
import type { CertificateExpiry, CertificateSet } from "./certificates/sources/source";
import { type ConnectivityTarget, connectivityTarget } from "./connectivity/target";
import type { Context } from "./context";
import { objectMetadata } from "./kubernetes/metadata";
import { resolveObjectNames } from "./kubernetes/objectNames";
import { rejectOverlappingSelection } from "./kubernetes/samePods";
import { podsOf } from "./kubernetes/selectors";
import { ListenerProtocol, type ResolvedListener, resolveListeners, tlsListeners } from "./listeners/listeners";
import { createFeatureFlag } from "./mesh/istiodFeatureFlag";
import { createNamespace } from "./mesh/namespace";
import { createPeerAuthentications } from "./mesh/peerAuthentication";
import { podInjectionLabels } from "./mesh/revisions";
import { defaultDrainSeconds } from "./sidecar/drain";
import { type PodContainer, podTemplateOf, type PodVolume } from "./sidecar/podTemplate";
import { createSidecar } from "./sidecar/sidecar";
import { type SidecarTlsTerminationArgs, withSecretKeys } from "./sidecarTlsTerminationArgs";
import { validateArguments, validateSignatures } from "./sidecarTlsTerminationValidation";
import { checkArguments } from "./validation/arguments";
import { childOptions } from "./validation/childOptions";
import { createService, defaultClusterDomain, serviceHost } from "./workload/service";
import { resolveApplication, type ResolvedWorkload, resolveWorkload } from "./workload/workload";
import { createServiceAccount, createWorkload } from "./workload/workloadResources";

/**
 * Terminates TLS for clients outside the mesh in the sidecar of one workload. The component performs the Istio task
 * [Ingress Sidecar TLS Termination](https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/)
 * for a Deployment that it creates, or for an existing workload. If istiod loses the feature flag, or a policy is missing, the
 * guard keeps the port closed.
 */
export class SidecarTlsTermination extends pulumi.ComponentResource {
    /** URL at which clients outside the mesh reach the first listener with TLS: `https://<host>:<port>`, or `tls://<host>:<port>` for the protocol "TLS". The host is the first of `externalHostNames` that is no wildcard, otherwise the output `host`; the port is the `servicePort` of the listener. */
    public readonly url!: pulumi.Output<string>;
    /** DNS name of the Service in the cluster: `<service>.<namespace>.svc.<clusterDomain>`. See [DNS for Services and Pods](https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/). */
    public readonly host!: pulumi.Output<string>;
    /** CA certificates in PEM form, with which clients verify the server. Two during a CA rotation. Undefined with `existingSecrets`, and with `certManager` if no listener requests client certificates. */
    public readonly caCertificatePem!: pulumi.Output<string | undefined>;
    /** Bundle of the first client, as a secret: CA certificates, client certificate and, unless the client has a CSR, private key. Undefined with `existingSecrets`, and with `certManager` if no listener requests client certificates. */
    public readonly clientBundle!: pulumi.Output<ClientBundle | undefined>;
    /** Bundles of all clients by client name, as a secret: CA certificates, client certificate and, unless the client has a CSR, private key. Empty with `existingSecrets`, and with `certManager` if no listener requests client certificates. */
    public readonly clientBundles!: pulumi.Output<{ [client: string]: ClientBundle }>;
    /** Expiry times of the certificates and revocation lists ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). */
    public readonly notAfter!: pulumi.Output<CertificateExpiry>;
    /** Annotations to add to the pod template of an `existingWorkload`. They configure the sidecar and, with `certificateMounts` "annotations", mount its certificates. */
    public readonly podAnnotations!: pulumi.Output<{ [annotation: string]: string }>;
    /** Labels to add to the pod template of an `existingWorkload`, so that istiod injects the sidecar. See [Sidecar injection](https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/). */
    public readonly podLabels!: pulumi.Output<{ [label: string]: string }>;
    /** Volumes to add to the pod template of an `existingWorkload`: the Secrets with the certificates. Empty unless `certificateMounts` is "container". */
    public readonly podVolumes!: pulumi.Output<PodVolume[]>;
    /** Containers to add to the pod template of an `existingWorkload`, besides the application: the sidecar, with its certificates mounted. Empty unless `certificateMounts` is "container". */
    public readonly podContainers!: pulumi.Output<PodContainer[]>;
    /** The argument `target` for a ConnectivityCheck of this component, as a secret. Resources that depend on it wait for all resources of the component. */
    public readonly connectivityTarget!: pulumi.Output<ConnectivityTarget>;
    /** Name of the Service in front of the workload, created or existing. */
    public readonly serviceName!: pulumi.Output<string>;
    /** Name of the Deployment that the component creates. Undefined with `existingWorkload`. */
    public readonly deploymentName!: pulumi.Output<string | undefined>;
    /** Name of the Secret with the server certificate (key `tls.crt`) and its private key (key `tls.key`). */
    public readonly serverSecretName!: pulumi.Output<string>;
    /** Name of the Secret with the CA certificates that the sidecar trusts (key `ca.crt`). With `certManager`, the Secret with the server certificate. */
    public readonly caSecretName!: pulumi.Output<string>;

    constructor(name: string, args: SidecarTlsTerminationArgs, opts?: pulumi.ComponentResourceOptions) {
        // Before super(), so that a component with invalid arguments is never registered.
        const valid = checkArguments(
            ownerOf(name),
            args,
            (known) => validateArguments(name, known),
            validateSignatures,
        );
        super("istio-sidecar-tls:index:SidecarTlsTermination", name, withSecretKeys(args), opts);
        const context = newContext(this, name, args, opts, valid);

        // 1. The namespace.
        const namespace = createNamespace(args, context, []);

        // 2. The guard, before anything that can open the port.
        const guarded = [
            ...namespace,
            ...createGuard(args, context, namespace),
            ...createNetworkPolicy(args, context, namespace),
        ];
        const waitFor = orderOf(args, guarded);

        // 3. The feature flag, without which istiod serves the port in plaintext.
        const flag = createFeatureFlag(args, context, guarded);

        // 4. The certificates and their Secrets.
        const certificates = createCertificates(args, context, waitFor([flag], []));
        const { secrets } = certificates;

        // 5. Mesh mTLS on every port except the TLS ports.
        const policies = createPeerAuthentications(args, context, waitFor([flag, secrets], []));

        // 6. The Sidecar, which terminates TLS.
        const [sidecar] = createSidecar(args, context, waitFor([flag, secrets], [policies]));

        // 7. The pods, whose template names the Secrets. The outputs for the template of an existing workload are known once these
        // resources are ready, so that its pods start after them and stop before them.
        const account = createServiceAccount(args, context, waitFor([flag, secrets, policies, [sidecar]], []));
        // A sidecar that starts before its istiod has the flag serves no client until it has connected to the next istiod.
        const terminated = waitFor([], [flag, secrets, policies, [sidecar]]);
        const drainSeconds = args.drainSeconds ?? defaultDrainSeconds;
        const podTemplate = podTemplateOf({ ...args, drainSeconds }, certificates, terminated);
        const workload = createWorkload({ ...args, drainSeconds, podTemplate, sidecar }, context, [
            ...terminated,
            ...account,
        ]);

        // 8. The Service.
        const steps = [flag, secrets, policies, [sidecar], account, workload];
        const service = createService({ ...args, sidecar }, context, waitFor(steps, []));
        const created = [...guarded, ...steps.flat(), ...service];

        const { clientBundles, checkBundle } = separateCheckBundle(certificates.bundles);
        const outputs: Outputs = {
            url: pulumi
                .all([context.host, context.externalHostNames, context.listeners])
                .apply(([host, external, listeners]) => urlOf(host, external, listeners)),
            host: context.host,
            caCertificatePem: certificates.caCertificatePem,
            clientBundle: Object.values(clientBundles)[0] ?? pulumi.output(undefined),
            clientBundles: pulumi.secret(pulumi.all(clientBundles)),
            notAfter: certificates.notAfter,
            podAnnotations: podTemplate.annotations,
            podLabels: context.injectionLabels,
            podVolumes: podTemplate.volumes,
            podContainers: podTemplate.containers,
            connectivityTarget: connectivityTarget(context, {
                resources: created,
                changes: whatDecidesAccess(args, context, certificates),
                bundle: checkBundle,
            }),
            serviceName: context.service,
            deploymentName: pulumi.output(args.workload && context.names.deployment),
            serverSecretName: certificates.mounts.serverSecret,
            caSecretName: certificates.mounts.caSecret,
        };
        Object.assign(this, outputs);
        this.registerOutputs(outputs);
    }
}

/** The outputs that the class declares. */
type Outputs = Omit<SidecarTlsTermination, keyof pulumi.ComponentResource>;

function ownerOf(name: string): string {
    return `SidecarTlsTermination "${name}"`;
}

/**
 * What a step waits for: the guard, and what the step needs. Without the guard, all steps before it. Each resource depends directly on
 * all that it waits for: the engine keeps only direct dependencies in order when a resource between them has been deleted by hand
 * (pulumi: pkg/resource/deploy/step_generator.go, ScheduleDeletes).
 */
function orderOf(
    { unsafeDisableGuard }: SidecarTlsTerminationArgs,
    guarded: readonly pulumi.Resource[],
): (before: readonly Resources[], needed: readonly Resources[]) => pulumi.Resource[] {
    return (before, needed) => [...guarded, ...(unsafeDisableGuard ? before : []).flat(), ...needed.flat()];
}

type Resources = readonly pulumi.Resource[];

/** The context that all steps share. */
function newContext(
    component: SidecarTlsTermination,
    name: string,
    args: SidecarTlsTerminationArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
    valid: pulumi.Output<unknown>,
): Context {
    const names = resolveObjectNames(name, args.objectNames ?? {}, Boolean(args.certManager));
    const namespace = pulumi.output(args.namespace);
    const service = pulumi.output(args.existingService ?? names.service);
    const clusterDomain = pulumi.output(args.clusterDomain ?? defaultClusterDomain);
    // Validation has rejected arguments without a workload.
    const workload = resolveWorkload(args) as ResolvedWorkload;
    const { port, address } = resolveApplication(workload);
    const pods = podsOf(component, name, workload, service);
    const separate = rejectOverlappingSelection(
        { owner: ownerOf(name), provider: component.getProvider("kubernetes:core/v1:Pod") },
        { namespace, selector: pods.selector, pods: pods.versionSelector },
        workload.kind === "created" ? "workload.labels" : "existingWorkload.selector",
    );
    // Values that are known only later are rejected before the first child changes the cluster, too.
    const checked = pulumi.all([valid, separate]);
    const injectionRevision = pulumi.output(args.istiod?.injectionRevision ?? args.istiod?.revisions?.[0] ?? "default");
    const common = { labels: args.commonLabels, annotations: args.commonAnnotations };
    return {
        name,
        names,
        namespace,
        service,
        host: pulumi.all([service, namespace, clusterDomain]).apply((parts) => serviceHost(...parts)),
        externalHostNames: pulumi.output(args.externalHostNames ?? []),
        clusterDomain,
        listeners: resolveListeners(args.listeners, port),
        applicationAddress: address,
        pods,
        injectionRevision,
        injectionLabels: injectionRevision.apply(podInjectionLabels),
        common,
        metadata: (own) => objectMetadata(common, own),
        after: (...resources) => childOptions(component, opts, resources, checked),
    };
}

/** Everything besides listeners, pods and names that decides who is admitted. */
function whatDecidesAccess(
    args: SidecarTlsTerminationArgs,
    { applicationAddress }: Context,
    { mounts, revocationListDigest, caCertificatePem, notAfter }: CertificateSet,
): pulumi.Input<unknown>[] {
    const { clients, allowedSources, certificateMounts, unsafeDisableGuard, istiod } = args;
    return [
        { clients, allowedSources, certificateMounts, unsafeDisableGuard, istiod },
        { image: args.workload?.image, address: applicationAddress },
        { mounts, list: revocationListDigest },
        caCertificatePem,
        notAfter,
    ];
}

/** Separates the bundles of the clients from the bundle of the ConnectivityCheck. */
function separateCheckBundle(bundles: CertificateSet["bundles"]) {
    const { [connectivityCheckClient.name]: checkBundle, ...clientBundles } = bundles;
    return { clientBundles, checkBundle };
}

/** URL of the first listener with TLS. */
export function urlOf(host: string, externalHostNames: readonly string[], all: readonly ResolvedListener[]): string {
    const [first] = tlsListeners(all);
    const name = externalHostNames.find((one) => !one.startsWith("*")) ?? host;
    return `${first?.protocol === ListenerProtocol.Tls ? "tls" : "https"}://${name}:${first?.servicePort ?? ""}`;
}
