/** The feature flag without which istiod ignores `tls` in a Sidecar's ingress and the port serves plaintext. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { digestOf } from "../kubernetes/digest";
import { dnsLabel } from "../kubernetes/names";
import { alreadyChecked, checkArguments } from "../validation/arguments";
import { input, object } from "../validation/checks";
import { childOptions } from "../validation/childOptions";
import type { IstiodSettings } from "./istiod";
import { resolveRevisions, revisionsCheck } from "./revisions";

/** The environment variable, which istiod reads once, when it starts (pilot/pkg/features/experimental.go). */
export const featureFlagName = "ENABLE_TLS_ON_SIDECAR_INGRESS";

/** The ConfigMap in istiod's namespace that contains the flag. */
export const featureFlagConfigMapName = "istiod-sidecar-ingress-tls";

const configMapUidAnnotation = "istio-sidecar-tls/feature-flag-configmap-uid";

export interface IstiodFeatureFlagArgs {
    /** Namespace of istiod. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** Istio revisions of the istiods that get the feature flag. "default" is the Deployment `istiod`, and any other name R is the Deployment `istiod-R`. At least one name, each once and of at most 57 lowercase letters, digits and "-". See [Canary Upgrades](https://istio.io/latest/docs/setup/upgrade/canary/). Plain value, not an Output. Default: ["default"]. */
    readonly revisions?: string[];
}

const istiodFeatureFlagArgsCheck = object<IstiodFeatureFlagArgs>({
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
});

/**
 * Sets the feature flag ENABLE_TLS_ON_SIDECAR_INGRESS=true on istiod, and waits until istiod has restarted with it. All stacks
 * that need the flag apply identical patches and co-own them through
 * [server-side apply](https://kubernetes.io/docs/reference/using-api/server-side-apply/); destroying the last one removes
 * the flag. An explicit entry for ENABLE_TLS_ON_SIDECAR_INGRESS in the env of istiod's Deployment overrides the flag, and this
 * component does not detect it.
 */
export class IstiodFeatureFlag extends pulumi.ComponentResource {
    /** Name of the ConfigMap with the feature flag, in the namespace of istiod. */
    public readonly configMapName: pulumi.Output<string>;

    constructor(name: string, args?: IstiodFeatureFlagArgs, opts?: pulumi.ComponentResourceOptions) {
        const given = args ?? {};
        // Before super(), so that a component with invalid arguments is never registered.
        const checked = checkArguments(`IstiodFeatureFlag "${name}"`, given, (known) =>
            istiodFeatureFlagArgsCheck(known, ""),
        );
        super("istio-sidecar-tls:index:IstiodFeatureFlag", name, given, opts);

        const { namespace, revisions } = resolveRevisions(given);
        const annotations = { ...forceApply, ...ownerAnnotation(name) };
        const configMap = new k8s.core.v1.ConfigMapPatch(
            `${name}-configmap`,
            {
                metadata: { name: featureFlagConfigMapName, namespace, annotations },
                data: { [featureFlagName]: "true" },
            },
            childOptions(this, opts, [], checked),
        );
        const uid = configMap.metadata.uid;
        for (const revision of revisions) {
            new k8s.apps.v1.DeploymentPatch(
                `${name}-${revision}`,
                {
                    metadata: { name: deploymentName(revision), namespace, annotations },
                    spec: featureFlagDeploymentSpec(uid),
                },
                childOptions(this, opts, [configMap], checked),
            );
        }
        this.configMapName = pulumi.output(featureFlagConfigMapName);
        this.registerOutputs({ configMapName: this.configMapName });
    }
}

/** Sets the flag, unless the arguments leave that to the user. */
export function createFeatureFlag(
    { istiod }: { readonly istiod?: IstiodSettings },
    { name, after }: Context,
    before: readonly pulumi.Resource[],
): pulumi.Resource[] {
    if (istiod?.manageFeatureFlag === false) {
        return [];
    }
    const args = alreadyChecked({ namespace: istiod?.namespace, revisions: istiod?.revisions });
    return [new IstiodFeatureFlag(`${name}-feature-flag`, args, after(...before))];
}

/** Istio's chart names the Deployment after the revision (manifests/charts/istio-control/istio-discovery/templates/deployment.yaml). */
export function deploymentName(revision: string): string {
    return revision === "default" ? "istiod" : `istiod-${revision}`;
}

// The fields are useless with another value, so the patch takes ownership of them from any other manager. Server-side apply
// treats envFrom as one field (a list without keys), so entries of another manager are lost; Istio's chart sets none.
const forceApply = { "pulumi.com/patchForce": "true" };

/**
 * An annotation that no other owner has. After an object is replaced, another owner can restore the values that all owners
 * share: without a difference the engine would not apply this owner's patch, and this owner would lose its share.
 */
function ownerAnnotation(name: string): { [annotation: string]: string } {
    const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
    const key = digestOf(owner, 8);
    return { [`istio-sidecar-tls/feature-flag-owner-${key}`]: owner };
}

/**
 * istiod reads the flag from the ConfigMap through envFrom. An entry in env would work as well, but the provider compares lists
 * by position and would show a change in every preview (pulumi-kubernetes#2682); Istio's chart does not set envFrom. `optional`
 * lets istiod start without the ConfigMap, and the annotation with the ConfigMap's uid restarts istiod when the ConfigMap is
 * replaced.
 */
export function featureFlagDeploymentSpec(
    configMapUid: pulumi.Input<string>,
): k8s.types.input.apps.v1.DeploymentSpecPatch {
    return {
        template: {
            metadata: { annotations: { [configMapUidAnnotation]: configMapUid } },
            spec: {
                containers: [
                    {
                        name: "discovery",
                        envFrom: [{ configMapRef: { name: featureFlagConfigMapName, optional: true } }],
                    },
                ],
            },
        },
    };
}
