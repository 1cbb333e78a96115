/** The chain: all that lets one workload's sidecar terminate TLS for clients outside the mesh, in an order that never opens the port. */
import * as pulumi from "@pulumi/pulumi";
import { argumentProblems, slowArgumentProblems } from "./sidecarTlsTerminationValidation";
import { announcingCuts } from "./previews/openConnectionsHook";
import { alreadyChecked, checkArguments } from "./validation/arguments";
import type { ClientBundle } from "./certificates/keyPairs";
import { chainCertificates } from "./certificates/sources/certificates";
import type { Chain } from "./context";
import { childOptions } from "./validation/childOptions";
import { listenersCut } from "./previews/openConnections";
import { connectivityCheckClient } from "./access/clients";
import { connectivityTarget, type ConnectivityTarget } from "./connectivity/target";
import { guardResources } from "./access/guard";
import { IstiodFeatureFlag } from "./mesh/istiodFeatureFlag";
import { istioResource } from "./kubernetes/istioResource";
import { type KnownListener, ListenerProtocol, listeners, tlsListeners } from "./listeners/listeners";
import { objectMetadata } from "./kubernetes/metadata";
import { CertificateMounts, type PodContainer, podParts, type PodVolume } from "./sidecar/podTemplate";
import { namespaceResources } from "./mesh/namespace";
import { networkPolicyResources } from "./access/networkPolicy";
import { allObjectNames } from "./kubernetes/objectNames";
import { peerAuthenticationResources } from "./mesh/peerAuthentication";
import { podsOf } from "./kubernetes/selectors";
import { samePodsRefused } from "./kubernetes/samePods";
import { serviceResource, defaultClusterDomain, hostOf } from "./workload/service";
import { sidecarSpec } from "./sidecar/sidecar";
import { type SidecarTlsTerminationArgs, withSecretKeys } from "./sidecarTlsTerminationArgs";
import { application, type ResolvedWorkload, resolveWorkload } from "./workload/workload";
import { workloadResources } from "./workload/workloadResources";
import type { CertificateExpiry } from "./certificates/sources/source";
import { injectionLabels } from "./mesh/revisions";

/**
 * Istio's task "Ingress Sidecar TLS Termination" for one workload
 * (https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/).
 */
export class SidecarTlsTermination extends pulumi.ComponentResource {
    /** Where clients connect to the first listener with TLS: https://<host>:<port>, with the protocol "TLS" tls://<host>:<port>. */
    public readonly url: pulumi.Output<string>;
    /** DNS name of the Service in the cluster: <service>.<namespace>.svc.cluster.local. */
    public readonly host: pulumi.Output<string>;
    /** The certificate in PEM form with which clients verify the server; of two CAs while one takes over from the other; nothing with existingSecrets. */
    public readonly caCertificatePem: pulumi.Output<string | undefined>;
    /** All that the first client needs, secret: CA certificate, client certificate, private key; nothing with existingSecrets. */
    public readonly clientBundle: pulumi.Output<ClientBundle | undefined>;
    /** The bundles of all clients by name, secret; none with existingSecrets. */
    public readonly clientBundles: pulumi.Output<{ [client: string]: ClientBundle }>;
    /** When the certificates expire. */
    public readonly notAfter: pulumi.Output<CertificateExpiry>;
    /** Annotations of the pod template: for the sidecar, and with certificateMounts "annotations" for its certificates. */
    public readonly podAnnotations: pulumi.Output<{ [annotation: string]: string }>;
    /** Labels of the pod template, by which istiod gives the pods their sidecar. */
    public readonly podLabels: pulumi.Output<{ [label: string]: string }>;
    /** Volumes of the pod template, with certificateMounts "container"; else none. */
    public readonly podVolumes: pulumi.Output<PodVolume[]>;
    /** Containers of the pod template besides the application's, with certificateMounts "container"; else none. */
    public readonly podContainers: pulumi.Output<PodContainer[]>;
    /** What a ConnectivityCheck of this chain has to know, secret; known once all that is made here is in place. */
    public readonly connectivityTarget: pulumi.Output<ConnectivityTarget>;
    /** Name of the Service. */
    public readonly serviceName: pulumi.Output<string>;
    /** Name of the Deployment; nothing with existingWorkload. */
    public readonly deploymentName: pulumi.Output<string | undefined>;
    /** Name of the Secret with the server's certificate and private key. */
    public readonly serverSecretName: pulumi.Output<string>;
    /** Name of the Secret with the CA's certificate. */
    public readonly caSecretName: pulumi.Output<string>;

    constructor(name: string, args: SidecarTlsTerminationArgs, opts?: pulumi.ComponentResourceOptions) {
        const owner = `SidecarTlsTermination "${name}"`;
        const checkedArguments = checkArguments(
            owner,
            args,
            (known) => argumentProblems(name, known),
            slowArgumentProblems,
        );
        super("istio-sidecar-tls:index:SidecarTlsTermination", name, withSecretKeys(args), opts);

        const names = allObjectNames(name, args.objectNames ?? {}, Boolean(args.certManager));
        const namespace = pulumi.output(args.namespace);
        const service = pulumi.output(args.existingService ?? names.service);
        const clusterDomain = pulumi.output(args.clusterDomain ?? defaultClusterDomain);
        const host = pulumi.all([service, namespace, clusterDomain]).apply((parts) => hostOf(...parts));
        const { workload } = args;
        // The check above has rejected arguments without a workload.
        const resolved = resolveWorkload(args) as ResolvedWorkload;
        const pods = podsOf(name, resolved, service);
        // A value that is known only later is refused before the first child changes the cluster, too.
        const checked = pulumi.all([
            checkedArguments,
            samePodsRefused(
                { owner, provider: this.getProvider("kubernetes:core/v1:Pod") },
                { namespace, selector: pods.selector, pods: pods.versionSelector },
                workload ? "workload.labels" : "existingWorkload.selector",
            ),
        ]);
        const common = { labels: args.commonLabels, annotations: args.commonAnnotations };
        const { port, address } = application(resolved);
        const chain: Chain = {
            name,
            names,
            namespace,
            service,
            host,
            externalHostNames: pulumi.output(args.externalHostNames ?? []),
            clusterDomain,
            listeners: listeners(args.listeners, port),
            pods,
            metadata: (own) => objectMetadata(common, own),
            after: (...resources) => childOptions(this, opts, resources, checked),
        };
        const { metadata, after } = chain;

        // Each step waits for all before it, not for the last one alone: only direct dependencies keep their order when one of the
        // resources between has been deleted by hand (pulumi: pkg/resource/deploy/step_generator.go, ScheduleDeletes).

        // 1. The namespace.
        const revision = pulumi.output(args.istiod?.injectionRevision ?? args.istiod?.revisions?.[0] ?? "default");
        const base = namespaceResources(name, args, { namespace, revision, common }, after());

        // 2. The guard, before anything that could open the port.
        const guarded = [
            ...base,
            ...guardResources(args, chain, after(...base)),
            ...networkPolicyResources(args.allowedSources, chain, after(...base)),
        ];

        // 3. The flag, without which istiod would serve the port in plaintext.
        const flag =
            args.istiod?.manageFeatureFlag === false
                ? []
                : [
                      new IstiodFeatureFlag(
                          `${name}-feature-flag`,
                          alreadyChecked({ namespace: args.istiod?.namespace, revisions: args.istiod?.revisions }),
                          after(...guarded),
                      ),
                  ];
        const flagged = [...guarded, ...flag];

        // 4. Certificates and Secrets.
        const certificates = chainCertificates(args, {
            ...chain,
            opts: after(),
            clusterOpts: (...resources) => after(...flagged, ...resources),
        });
        const certified = [...flagged, ...certificates.secrets];

        // 5. Mesh mTLS everywhere but on the TLS ports.
        const authenticated = [
            ...certified,
            ...peerAuthenticationResources(args.strictNamespace ?? args.createNamespace ?? false, chain, certified),
        ];

        // 6. TLS termination itself.
        const sidecar = istioResource(
            `${name}-sidecar`,
            "Sidecar",
            metadata({ name: names.sidecar, namespace }),
            pulumi
                .all([chain.listeners, address, args.egress, args.outboundTrafficPolicy])
                .apply(([known, applicationAddress, egress, outboundTrafficPolicy]) =>
                    sidecarSpec(known, {
                        labels: pods.versionSelector,
                        applicationAddress,
                        hasRevocationList: Boolean(args.certificateRevocationListPem),
                        egress,
                        outboundTrafficPolicy,
                    }),
                ),
            announcingCuts(after(...authenticated), `${name}-sidecar`, listenersCut),
        );
        const terminated = [...authenticated, sidecar];

        // 7. The pods, whose templates name the Secrets. What others put into theirs is known once all of the above is in place, so
        // that their pods come after it, and go before it.
        const podLabels = revision.apply(injectionLabels);
        const parts = pulumi
            .all([certificates.mounts, certificates.revocationListDigest, terminated.map(({ urn }) => urn)])
            .apply(([mounts, digest]) =>
                podParts(mounts, digest, args.certificateMounts ?? CertificateMounts.Annotations),
            );
        const made = workload
            ? workloadResources(
                  workload,
                  chain,
                  { sidecar: parts, certificateMounts: args.certificateMounts, injectionLabels: podLabels, common },
                  terminated,
                  sidecar.id,
              )
            : [];
        const running = [...terminated, ...made];

        // 8. The Service.
        const services = args.existingService
            ? []
            : [serviceResource(args.service, chain, after(...running), sidecar.id)];

        const { clientBundles, connectivityBundle } = split(certificates.bundles);
        const [firstBundle] = Object.values(clientBundles);
        this.host = host;
        this.url = pulumi
            .all([host, chain.externalHostNames, chain.listeners])
            .apply(([own, external, known]) => urlOf(own, external, known));
        this.caCertificatePem = certificates.caCertificatePem;
        this.clientBundle = firstBundle ?? pulumi.output(undefined);
        this.clientBundles = pulumi.secret(pulumi.all(clientBundles));
        this.notAfter = certificates.notAfter;
        this.podAnnotations = parts.annotations;
        this.podLabels = podLabels;
        this.podVolumes = parts.volumes;
        this.podContainers = parts.containers;
        const { clients, allowedSources, certificateMounts, unsafeDisableGuard, istiod } = args;
        this.connectivityTarget = connectivityTarget(chain, {
            resources: [...running, ...services],
            changes: [
                { clients, allowedSources, certificateMounts, unsafeDisableGuard, istiod },
                { image: workload?.image, address },
                { mounts: certificates.mounts, list: certificates.revocationListDigest },
                certificates.caCertificatePem,
                certificates.notAfter,
            ],
            bundle: connectivityBundle,
            injectionLabels: podLabels,
        });
        this.serviceName = service;
        this.deploymentName = pulumi.output(workload && names.deployment);
        this.serverSecretName = certificates.mounts.serverSecret;
        this.caSecretName = certificates.mounts.caSecret;
        this.registerOutputs({
            url: this.url,
            host: this.host,
            caCertificatePem: this.caCertificatePem,
            clientBundle: this.clientBundle,
            clientBundles: this.clientBundles,
            notAfter: this.notAfter,
            podAnnotations: this.podAnnotations,
            podLabels: this.podLabels,
            podVolumes: this.podVolumes,
            podContainers: this.podContainers,
            connectivityTarget: this.connectivityTarget,
            serviceName: this.serviceName,
            deploymentName: this.deploymentName,
            serverSecretName: this.serverSecretName,
            caSecretName: this.caSecretName,
        });
    }
}

/** The bundles of the clients, and that of the connectivity check. */
function split(bundles: { readonly [client: string]: pulumi.Output<ClientBundle> }) {
    const { [connectivityCheckClient.name]: connectivityBundle, ...clientBundles } = bundles;
    return { clientBundles, connectivityBundle };
}

/** Where clients connect to the first listener with TLS. */
export function urlOf(host: string, externalHostNames: readonly string[], all: readonly KnownListener[]): string {
    const [first] = tlsListeners(all);
    const name = externalHostNames.find((one) => !one.startsWith("*")) ?? host;
    return `${first?.protocol === ListenerProtocol.Tls ? "tls" : "https"}://${name}:${first?.servicePort ?? ""}`;
}
