/** Verifies in the cluster that listeners admit and deny clients as the arguments say. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClientBundle } from "../certificates/keyPairs";
import { digestOf } from "../kubernetes/digest";
import { type ResolvedRevisions, resolveRevisions } from "../mesh/revisions";
import { checkArguments } from "../validation/arguments";
import { childOptions } from "../validation/childOptions";
import { type ConnectivityCheckArgs, defaultCheckImage, defaultObjectName, validateConnectivityCheck } from "./args";
import { createCredentials } from "./credentials";
import { meshExpectations, outsideExpectations } from "./expectations";
import { createIstiodReader } from "./istiodReader";
import { connectivityJobSpec, replaceUnready } from "./job";
import { meshScript, outsideScript } from "./script";
import { type PublicTarget, splitTarget } from "./target";
import { createUntrustedCertificate } from "./untrustedCertificate";

/**
 * Verifies in the cluster that listeners admit and deny clients as configured. After each change that decides which clients are
 * admitted, two [Jobs](https://kubernetes.io/docs/concepts/workloads/controllers/job/) run, one in the mesh and one outside it.
 * `pulumi up` fails with one sentence for each expectation that is not met. With an existing workload, set `dependsOn` to the
 * resources that create the pods, because the pods may start after SidecarTlsTermination is ready.
 */
export class ConnectivityCheck extends pulumi.ComponentResource {
    /** Name of the Job in the mesh. The log of the Job lists the result of each expectation. */
    public readonly meshJobName: pulumi.Output<string>;
    /** Name of the Job outside the mesh. The log of the Job lists the result of each expectation. */
    public readonly outsideJobName: pulumi.Output<string>;

    constructor(name: string, args: ConnectivityCheckArgs, opts?: pulumi.ComponentResourceOptions) {
        // Before super(), so that a component with invalid arguments is never registered.
        const checked = checkArguments(`ConnectivityCheck "${name}"`, args, (known) =>
            validateConnectivityCheck(name, known),
        );
        super("istio-sidecar-tls:index:ConnectivityCheck", name, withSecretBundle(args), opts);
        const after = (...resources: pulumi.Resource[]) => childOptions(this, opts, resources, checked);
        const { target, bundle } = splitArguments(args, checked);
        const objectName = pulumi.output(args.objectName ?? defaultObjectName(name));
        const metadata = { name: objectName, namespace: target.namespace };

        // 1. The ServiceAccount, and what it needs to read istiod.
        const account = new k8s.core.v1.ServiceAccount(
            `${name}-check-service-account`,
            { metadata, automountServiceAccountToken: false },
            after(),
        );
        const reader = args.istiod
            ? createIstiodReader(`${name}-check-istiod`, args.istiod, metadata, after(account))
            : [];

        // 2. The credentials: those of the check's client, and a certificate that must be denied.
        const untrusted = createUntrustedCertificate(`${name}-check-stranger`, target.host, after());
        const credentials = createCredentials(`${name}-check-secret`, metadata, bundle, untrusted, after());

        // 3. The Jobs.
        const settings = jobSettings(args, target);
        const mesh = meshJobSpec(settings, objectName);
        this.meshJobName = pulumi.interpolate`${objectName}-mesh`;
        createJob(`${name}-check-mesh`, { ...metadata, name: this.meshJobName }, mesh, after(account));

        const outside = outsideJobSpec(settings, objectName, bundle, resolveRevisions(args.istiod));
        this.outsideJobName = pulumi.interpolate`${objectName}-outside`;
        createJob(
            `${name}-check-outside`,
            { ...metadata, name: this.outsideJobName },
            outside,
            after(account, credentials, ...reader),
        );
        this.registerOutputs({ meshJobName: this.meshJobName, outsideJobName: this.outsideJobName });
    }
}

/** The arguments as the state stores them: the private key of the bundle is a secret. */
function withSecretBundle(args: ConnectivityCheckArgs): ConnectivityCheckArgs {
    return args.clientBundle ? { ...args, clientBundle: pulumi.secret(args.clientBundle) } : { ...args };
}

/** The target without its bundle, and the bundle to use, once the arguments are valid. */
function splitArguments(
    args: ConnectivityCheckArgs,
    checked: pulumi.Output<unknown>,
): { readonly target: pulumi.Output<PublicTarget>; readonly bundle: pulumi.Output<ClientBundle> } {
    const { target, clientBundle } = splitTarget(pulumi.all([args.target, checked]).apply(([whole]) => whole));
    const bundle = pulumi
        .all([args.clientBundle, clientBundle])
        // Validation has rejected arguments without a bundle.
        .apply(([own, issued]) => own ?? (issued as ClientBundle));
    return { target, bundle: pulumi.secret(bundle) };
}

interface JobSettings {
    readonly target: PublicTarget;
    readonly path: string;
    readonly image: string;
    readonly timeoutSeconds: number;
    readonly triggersDigest: string;
}

function jobSettings(args: ConnectivityCheckArgs, target: pulumi.Output<PublicTarget>): pulumi.Output<JobSettings> {
    return pulumi.output({
        target,
        path: args.path ?? "/",
        image: args.image ?? defaultCheckImage,
        timeoutSeconds: args.timeoutSeconds ?? 60,
        triggersDigest: pulumi.output(args.triggers ?? []).apply((triggers) => digestOf(JSON.stringify(triggers), 16)),
    });
}

function meshJobSpec(
    settings: pulumi.Output<JobSettings>,
    serviceAccountName: pulumi.Output<string>,
): pulumi.Output<k8s.types.input.batch.v1.JobSpec> {
    return settings.apply(({ target, path, image, timeoutSeconds, triggersDigest }) =>
        connectivityJobSpec({
            image,
            timeoutSeconds,
            script: meshScript(meshExpectations(target, path), timeoutSeconds),
            serviceAccountName,
            labels: target.injectionLabels,
            annotations: { [targetAnnotation]: target.digest, [triggersAnnotation]: triggersDigest },
        }),
    );
}

function outsideJobSpec(
    settings: pulumi.Output<JobSettings>,
    objectName: pulumi.Output<string>,
    { caCertificatePem, certificatePem }: pulumi.Output<ClientBundle>,
    { namespace, revisions }: ResolvedRevisions,
): pulumi.Output<k8s.types.input.batch.v1.JobSpec> {
    // The certificates alone, which are public.
    const bundleDigest = pulumi.unsecret(
        pulumi.all([caCertificatePem, certificatePem]).apply((parts) => digestOf(parts.join(""), 16)),
    );
    return pulumi
        .all([settings, bundleDigest, namespace])
        .apply(([{ target, path, image, timeoutSeconds, triggersDigest }, digest, istiodNamespace]) =>
            connectivityJobSpec({
                image,
                timeoutSeconds,
                script: outsideScript(outsideExpectations(target, path), timeoutSeconds, {
                    namespace: istiodNamespace,
                    revisions,
                }),
                serviceAccountName: objectName,
                labels: { "sidecar.istio.io/inject": "false" },
                annotations: {
                    [targetAnnotation]: target.digest,
                    [triggersAnnotation]: triggersDigest,
                    [bundleAnnotation]: digest,
                },
                credentials: objectName,
            }),
        );
}

function createJob(
    name: string,
    metadata: { readonly name: pulumi.Output<string>; readonly namespace: pulumi.Output<string> },
    spec: pulumi.Output<k8s.types.input.batch.v1.JobSpec>,
    opts: pulumi.CustomResourceOptions,
): void {
    new k8s.batch.v1.Job(
        name,
        { metadata: { ...metadata, annotations: replaceUnready }, spec },
        // The provider sets it as well, but a transform of the user would turn it into "false" (@pulumi/pulumi: runtime/callbacks.ts).
        { ...opts, deleteBeforeReplace: true },
    );
}

const targetAnnotation = "istio-sidecar-tls/target-digest";
const triggersAnnotation = "istio-sidecar-tls/triggers-digest";
const bundleAnnotation = "istio-sidecar-tls/client-bundle-digest";
