/** Proves in the cluster that a chain lets in whom it should, and nobody else. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../validation/arguments";
import type { ClientBundle } from "../certificates/keyPairs";
import { childOptions } from "../validation/childOptions";
import { type ConnectivityCheckArgs, validateConnectivityCheck, defaultCheckImage, defaultObjectName } from "./args";
import { credentialFiles, meshExpectations, outsideExpectations } from "./expectations";
import { connectivityJobSpec, replacedWhenFailed } from "./job";
import { meshScript, outsideScript } from "./script";
import { digestOf } from "../kubernetes/digest";
import { createIstiodReader } from "./istiodReader";
import { createMutableSecret } from "../kubernetes/mutableSecret";
import { createUntrustedCertificate } from "./untrustedCertificate";
import { defaultIstiodNamespace } from "../mesh/revisions";

/**
 * Two Jobs, one in the mesh and one outside it, that run after each change that decides who is let in, and fail `pulumi up`
 * with a sentence for each expectation that does not hold. It is not a part of the chain, since pods of somebody else's may
 * wait for the chain: give it `dependsOn` with whatever the pods come from.
 */
export class ConnectivityCheck extends pulumi.ComponentResource {
    /** Name of the Job in the mesh: its log is a list of what was tried there. */
    public readonly meshJobName: pulumi.Output<string>;
    /** Name of the Job outside the mesh. */
    public readonly outsideJobName: pulumi.Output<string>;

    constructor(name: string, args: ConnectivityCheckArgs, opts?: pulumi.ComponentResourceOptions) {
        // Before super(), so that a component with invalid arguments is never registered.
        const checked = checkArguments(`ConnectivityCheck "${name}"`, args, (known) =>
            validateConnectivityCheck(name, known),
        );
        const state = args.clientBundle ? { clientBundle: pulumi.secret(args.clientBundle) } : {};
        super("istio-sidecar-tls:index:ConnectivityCheck", name, { ...args, ...state }, opts);

        const after = (...resources: pulumi.Resource[]) => childOptions(this, opts, resources, checked);
        // What the provider says itself, but a transform of the user's would make "false" of it (@pulumi/pulumi: runtime/callbacks.ts).
        const replaced = (...resources: pulumi.Resource[]) => ({ ...after(...resources), deleteBeforeReplace: true });
        const objectName = pulumi.output(args.objectName ?? defaultObjectName(name));
        // Nothing of a target but its bundle is a secret; its Jobs shall be seen in previews.
        const target = pulumi
            .unsecret(pulumi.all([args.target, checked]))
            .apply(([{ namespace, host, listeners, injectionLabels, digest }]) => ({
                namespace,
                host,
                listeners,
                injectionLabels,
                digest,
            }));
        const bundle: pulumi.Output<ClientBundle> = pulumi.secret(
            pulumi
                .all([args.target, args.clientBundle, checked])
                .apply(([given, own]) => own ?? (given.clientBundle as ClientBundle)),
        );
        const { namespace } = target;

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-check-service-account`,
            { metadata: { name: objectName, namespace }, automountServiceAccountToken: false },
            after(),
        );
        const reader = args.istiod
            ? createIstiodReader(`${name}-check-istiod`, args.istiod, { name: objectName, namespace }, after(account))
            : [];
        const stranger = createUntrustedCertificate(`${name}-check-stranger`, target.host, after());
        const credentials = createMutableSecret(
            `${name}-check-secret`,
            { name: objectName, namespace },
            "Opaque",
            {
                [credentialFiles.authority]: bundle.caCertificatePem,
                [credentialFiles.certificate]: bundle.certificatePem,
                [credentialFiles.privateKey]: bundle.apply(({ privateKeyPem }) => privateKeyPem ?? ""),
                [credentialFiles.strangersCertificate]: stranger.certificatePem,
                [credentialFiles.strangersPrivateKey]: stranger.privateKeyPem,
            },
            after(),
        );
        const bundleDigest = pulumi.unsecret(
            pulumi.all([bundle.caCertificatePem, bundle.certificatePem]).apply((parts) => digestOf(parts.join(""), 16)),
        );
        const settings = pulumi.output({
            target,
            path: args.path ?? "/",
            image: args.image ?? defaultCheckImage,
            timeoutSeconds: args.timeoutSeconds ?? 60,
            triggers: pulumi.output(args.triggers ?? []).apply((texts) => digestOf(JSON.stringify(texts), 16)),
        });

        this.meshJobName = pulumi.interpolate`${objectName}-mesh`;
        new k8s.batch.v1.Job(
            `${name}-check-mesh`,
            {
                metadata: { name: this.meshJobName, namespace, annotations: replacedWhenFailed },
                spec: settings.apply(({ target: known, path, image, timeoutSeconds, triggers }) =>
                    connectivityJobSpec({
                        image,
                        timeoutSeconds,
                        script: meshScript(meshExpectations(known, path), timeoutSeconds),
                        serviceAccountName: objectName,
                        labels: known.injectionLabels,
                        annotations: { [targetAnnotation]: known.digest, [triggersAnnotation]: triggers },
                    }),
                ),
            },
            replaced(account),
        );
        this.outsideJobName = pulumi.interpolate`${objectName}-outside`;
        new k8s.batch.v1.Job(
            `${name}-check-outside`,
            {
                metadata: { name: this.outsideJobName, namespace, annotations: replacedWhenFailed },
                spec: pulumi
                    .all([settings, bundleDigest, args.istiod?.namespace ?? defaultIstiodNamespace])
                    .apply(([{ target: known, path, image, timeoutSeconds, triggers }, digest, istiodNamespace]) =>
                        connectivityJobSpec({
                            image,
                            timeoutSeconds,
                            script: outsideScript(outsideExpectations(known, path), timeoutSeconds, {
                                namespace: istiodNamespace,
                                revisions: args.istiod?.revisions ?? ["default"],
                            }),
                            serviceAccountName: objectName,
                            labels: { "sidecar.istio.io/inject": "false" },
                            annotations: {
                                [targetAnnotation]: known.digest,
                                [triggersAnnotation]: triggers,
                                [bundleAnnotation]: digest,
                            },
                            credentials: objectName,
                        }),
                    ),
            },
            replaced(account, credentials, ...reader),
        );
        this.registerOutputs({ meshJobName: this.meshJobName, outsideJobName: this.outsideJobName });
    }
}

const targetAnnotation = "istio-sidecar-tls/target-digest";
const triggersAnnotation = "istio-sidecar-tls/triggers-digest";
const bundleAnnotation = "istio-sidecar-tls/client-bundle-digest";
