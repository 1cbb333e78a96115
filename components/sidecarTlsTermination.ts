/** The chain: all that lets one workload's sidecar terminate TLS for clients outside the mesh, in an order that never opens the port. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type ClientBundle, leafLifetime, lifetime } from "./certificateArguments";
import { chainCertificates, mapValues } from "./certificates";
import type { CertificateExpiry } from "./certificateExpiry";
import { checkArguments } from "./arguments";
import { childOptions } from "./childOptions";
import { clientUri } from "./clients";
import { givenAuthority } from "./givenAuthority";
import { type AuthorizationPolicySpec, clientsSpec, guardSpec, policyName } from "./guard";
import { IstiodFeatureFlag } from "./istiodFeatureFlag";
import { istioResource } from "./istioResource";
import { podLabels, withVersion } from "./labels";
import { listeners } from "./listeners";
import { caCertificateKey, podAnnotations, serverCertificateKey, serverPrivateKeyKey } from "./mounts";
import { mutableSecret } from "./mutableSecret";
import { namespaceResources } from "./namespace";
import { allObjectNames } from "./objectNames";
import { namespacePeerAuthenticationSpec, portPeerAuthenticationSpec } from "./peerAuthentication";
import { samePodsRefused } from "./samePods";
import { serviceHost } from "./serverCertificate";
import { sidecarSpec } from "./sidecar";
import { argumentProblems, type SidecarTlsTerminationArgs, withSecretKey } from "./sidecarTlsTerminationArgs";
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
    /** The CA's certificate in PEM form, with which clients verify the server. */
    public readonly caCertificatePem: pulumi.Output<string>;
    /** All that the first client needs, secret: CA certificate, client certificate, private key. */
    public readonly clientBundle: pulumi.Output<ClientBundle>;
    /** The bundles of all clients by name, secret. */
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
        const checkedArguments = checkArguments(owner, args, (known) => argumentProblems(name, known));
        super("istio-sidecar-tls:index:SidecarTlsTermination", name, withSecretKey(args), opts);

        const names = allObjectNames(name, args.objectNames ?? {});
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

        // 1. The namespace.
        const revision = args.istiod?.revisions?.[0] ?? "default";
        const base = namespaceResources(name, { ...args, revision }, namespace, after());

        // 2. The guard, before anything that could open the port.
        const uris = args.clients && pulumi.output(args.clients.map((client) => clientUri(client, host)));
        const policy = (role: "guard" | "clients", spec: pulumi.Output<AuthorizationPolicySpec>) =>
            istioResource(
                `${name}-${role}`,
                "AuthorizationPolicy",
                { name: policyName(names[role], labels, ports), namespace },
                spec,
                after(...base),
            );
        const guard = args.unsafeDisableGuard
            ? base
            : [
                  ...base,
                  policy(
                      "guard",
                      pulumi
                          .all([labels, ports, uris, args.istiod?.trustDomain ?? "cluster.local"])
                          .apply(([selector, { external }, listed, trustDomain]) =>
                              guardSpec(selector, external, listed, trustDomain),
                          ),
                  ),
                  ...(uris === undefined
                      ? []
                      : [
                            policy(
                                "clients",
                                pulumi
                                    .all([labels, ports, uris])
                                    .apply(([selector, { external }, listed]) =>
                                        clientsSpec(selector, external.listenerPort, listed),
                                    ),
                            ),
                        ]),
              ];

        // 3. The flag, without which istiod would serve the port in plaintext.
        const flag =
            args.istiod?.manageFeatureFlag === false
                ? guard
                : [
                      new IstiodFeatureFlag(
                          `${name}-feature-flag`,
                          { namespace: args.istiod?.namespace, revisions: args.istiod?.revisions },
                          after(...guard),
                      ),
                  ];

        // 4. Certificates and Secrets.
        const { authority, server, firstClient, clients, notAfter } = chainCertificates(
            name,
            args.certificates ?? {},
            {
                authority: args.certificateAuthority ? givenAuthority(args.certificateAuthority) : undefined,
                clients: args.clients,
                lifetime: lifetime(args.certificates ?? {}, leafLifetime),
                service,
                namespace,
                host,
                meshTrustDomain: args.istiod?.trustDomain ?? "cluster.local",
            },
            after(),
        );
        const secrets = [
            mutableSecret(
                `${name}-server-secret`,
                { name: names.serverSecret, namespace },
                "kubernetes.io/tls",
                { [serverCertificateKey]: server.certificatePem, [serverPrivateKeyKey]: server.privateKeyPem },
                after(...flag),
            ),
            mutableSecret(
                `${name}-ca-secret`,
                { name: names.caSecret, namespace },
                "Opaque",
                { [caCertificateKey]: authority.certificatePem },
                after(...flag),
            ),
        ];

        // 5. Mesh mTLS everywhere but on the TLS port.
        const strict =
            (args.strictNamespace ?? args.createNamespace)
                ? [
                      istioResource(
                          `${name}-namespace-peer-authentication`,
                          "PeerAuthentication",
                          { name: names.namespacePeerAuthentication, namespace },
                          namespacePeerAuthenticationSpec,
                          after(...secrets),
                      ),
                  ]
                : secrets;
        const portException = istioResource(
            `${name}-port-peer-authentication`,
            "PeerAuthentication",
            { name: names.portPeerAuthentication, namespace },
            ports.apply(({ external }) => portPeerAuthenticationSpec(labels, external.listenerPort)),
            after(...strict),
        );

        // 6. TLS termination itself.
        const sidecar = istioResource(
            `${name}-sidecar`,
            "Sidecar",
            { name: names.sidecar, namespace },
            ports.apply((known) => sidecarSpec(versionedLabels, known)),
            after(portException),
        );

        // 7. The pods, whose annotations name the Secrets.
        const annotations = pulumi
            .all([names.serverSecret, names.caSecret])
            .apply(([serverSecret, caSecret]) => podAnnotations(serverSecret, caSecret));
        const serviceAccount = new k8s.core.v1.ServiceAccount(
            `${name}-service-account`,
            { metadata: { name: names.serviceAccount, namespace } },
            after(sidecar),
        );
        const deployment = new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata: { name: names.deployment, namespace },
                spec: deploymentSpec(service, args.workload, {
                    labels: versionedLabels,
                    annotations,
                    serviceAccountName: names.serviceAccount,
                    port: args.workload.port,
                }),
            },
            after(serviceAccount),
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
            after(deployment),
        );

        this.host = host;
        this.url = pulumi.interpolate`https://${host}:${ports.external.servicePort}`;
        this.caCertificatePem = authority.certificatePem;
        this.clientBundle = firstClient.bundle;
        this.clientBundles = pulumi.secret(pulumi.all(mapValues(clients, (client) => client.bundle)));
        this.notAfter = notAfter;
        this.podAnnotations = annotations;
        this.serviceName = service;
        this.deploymentName = pulumi.output(names.deployment);
        this.serverSecretName = pulumi.output(names.serverSecret);
        this.caSecretName = pulumi.output(names.caSecret);
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
