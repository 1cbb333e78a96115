/** The chain: all that lets one workload's sidecar terminate TLS for clients outside the mesh, in an order that never opens the port. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "./certificateArguments";
import { chainCertificates } from "./certificates";
import type { CertificateExpiry } from "./certificateExpiry";
import { alreadyChecked, checkArguments } from "./arguments";
import { childOptions } from "./childOptions";
import { clientUri } from "./clients";
import { guardSpec } from "./guard";
import { IstiodFeatureFlag } from "./istiodFeatureFlag";
import { istioResource } from "./istioResource";
import { guardLabel, injectionLabels, podLabels, withVersion } from "./labels";
import { listeners } from "./listeners";
import { podAnnotations } from "./mounts";
import { namespaceResources } from "./namespace";
import { allObjectNames } from "./objectNames";
import { namespacePeerAuthenticationSpec, portPeerAuthenticationSpec } from "./peerAuthentication";
import { samePodsRefused } from "./samePods";
import { serviceHost } from "./serverCertificate";
import { sidecarSpec } from "./sidecar";
import {
    argumentProblems,
    type SidecarTlsTerminationArgs,
    slowArgumentProblems,
    withSecretKeys,
} from "./sidecarTlsTerminationArgs";
import { deploymentSpec, serviceSpec } from "./workload";

/**
 * Istio's task "Ingress Sidecar TLS Termination" for one workload
 * (https://istio.io/latest/docs/tasks/traffic-management/ingress/ingress-sidecar-tls-termination/).
 */
export class SidecarTlsTermination extends pulumi.ComponentResource {
    /** Where clients with a bundle connect: https://<service>.<namespace>.svc.cluster.local:<port>. */
    public readonly url: pulumi.Output<string>;
    /** DNS name of the Service, which the server's certificate is for. */
    public readonly host: pulumi.Output<string>;
    /** The certificate in PEM form with which clients verify the server; of two CAs while one takes over from the other; nothing with existingSecrets. */
    public readonly caCertificatePem: pulumi.Output<string | undefined>;
    /** All that the first client needs, secret: CA certificate, client certificate, private key; nothing with existingSecrets. */
    public readonly clientBundle: pulumi.Output<ClientBundle | undefined>;
    /** The bundles of all clients by name, secret; none with existingSecrets. */
    public readonly clientBundles: pulumi.Output<{ [client: string]: ClientBundle }>;
    /** When the certificates expire. */
    public readonly notAfter: pulumi.Output<CertificateExpiry>;
    /** The annotations that bring the certificates into the sidecar of a pod. */
    public readonly podAnnotations: pulumi.Output<{ [annotation: string]: string }>;
    /** Name of the Service. */
    public readonly serviceName: pulumi.Output<string>;
    /** Name of the Deployment. */
    public readonly deploymentName: pulumi.Output<string>;
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
        const service = pulumi.output(names.service);
        const host = serviceHost(service, namespace);
        const ports = listeners(args);
        const labels = podLabels(args.workload.labels, service);
        const versionedLabels = withVersion(labels, args.workload.version);
        // A value that is known only later is refused before the first child changes the cluster, too.
        const checked = pulumi.all([
            checkedArguments,
            samePodsRefused(owner, { namespace, selector: labels, pods: versionedLabels }),
        ]);
        const after = (...resources: pulumi.Resource[]) => childOptions(this, opts, resources, checked);

        // Each step waits for all before it, not for the last one alone: only direct dependencies keep their order when one of the
        // resources between has been deleted by hand (pulumi: pkg/resource/deploy/step_generator.go, ScheduleDeletes).

        // 1. The namespace.
        const revision = args.istiod?.revisions?.[0] ?? "default";
        const base = namespaceResources(name, { ...args, revision }, namespace, after());

        // 2. The guard, before anything that could open the port. With named clients it stands there twice: should one of the two
        // be deleted, the other one still tells the clients apart. Without them the sidecar itself then refuses strangers.
        const ownLabel = guardLabel(name);
        const uris = args.clients && pulumi.output(args.clients.map((client) => clientUri(client, host)));
        const policies = args.unsafeDisableGuard ? [] : uris ? (["guard", "clients"] as const) : (["guard"] as const);
        const guard = policies.map((role) =>
            istioResource(
                `${name}-${role}`,
                "AuthorizationPolicy",
                { name: names[role], namespace },
                pulumi.all([ports, uris]).apply(([{ external }, listed]) => guardSpec(ownLabel, external, listed)),
                after(...base),
            ),
        );
        const guarded = [...base, ...guard];

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
        const certificates = chainCertificates(name, args, {
            names,
            namespace,
            service,
            host,
            opts: after(),
            clusterOpts: (...resources) => after(...flagged, ...resources),
        });
        const certified = [...flagged, ...certificates.secrets];

        // 5. Mesh mTLS everywhere but on the TLS port.
        const strict =
            (args.strictNamespace ?? args.createNamespace)
                ? [
                      istioResource(
                          `${name}-namespace-peer-authentication`,
                          "PeerAuthentication",
                          { name: names.namespacePeerAuthentication, namespace },
                          namespacePeerAuthenticationSpec,
                          after(...certified),
                      ),
                  ]
                : [];
        const portException = istioResource(
            `${name}-port-peer-authentication`,
            "PeerAuthentication",
            { name: names.portPeerAuthentication, namespace },
            ports.apply(({ external }) => portPeerAuthenticationSpec(labels, external.listenerPort)),
            after(...certified, ...strict),
        );
        const authenticated = [...certified, ...strict, portException];

        // 6. TLS termination itself.
        const sidecar = istioResource(
            `${name}-sidecar`,
            "Sidecar",
            { name: names.sidecar, namespace },
            ports.apply((known) => sidecarSpec(versionedLabels, known, Boolean(args.certificateRevocationListPem))),
            after(...authenticated),
        );
        const terminated = [...authenticated, sidecar];

        // 7. The pods, whose annotations name the Secrets.
        const annotations = pulumi
            .all([certificates.mounts, certificates.revocationListDigest])
            .apply(([mounts, digest]) => podAnnotations(mounts, digest));
        const serviceAccount = new k8s.core.v1.ServiceAccount(
            `${name}-service-account`,
            { metadata: { name: names.serviceAccount, namespace } },
            after(...terminated),
        );
        const deployment = new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata: { name: names.deployment, namespace },
                spec: deploymentSpec(service, args.workload, {
                    selector: versionedLabels,
                    labels: versionedLabels.apply((known) => ({
                        ...known,
                        ...ownLabel,
                        ...injectionLabels(revision),
                    })),
                    annotations,
                    serviceAccountName: names.serviceAccount,
                    port: args.workload.port,
                }),
            },
            after(...terminated, serviceAccount),
        );

        // 8. The Service. Once the Deployment is ready there is nothing to wait for.
        new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: {
                    name: service,
                    namespace,
                    labels: pulumi.all([labels, service]).apply(([known, own]) => ({ ...known, service: own })),
                    annotations: { "pulumi.com/skipAwait": "true" },
                },
                spec: ports.apply((known) => serviceSpec(labels, known)),
            },
            after(...terminated, serviceAccount, deployment),
        );

        this.host = host;
        this.url = pulumi.interpolate`https://${host}:${ports.external.servicePort}`;
        const [firstBundle] = Object.values(certificates.bundles);
        this.caCertificatePem = certificates.caCertificatePem;
        this.clientBundle = firstBundle ?? pulumi.output(undefined);
        this.clientBundles = pulumi.secret(pulumi.all(certificates.bundles));
        this.notAfter = certificates.notAfter;
        this.podAnnotations = annotations;
        this.serviceName = service;
        this.deploymentName = pulumi.output(names.deployment);
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
            serviceName: this.serviceName,
            deploymentName: this.deploymentName,
            serverSecretName: this.serverSecretName,
            caSecretName: this.caSecretName,
        });
    }
}
