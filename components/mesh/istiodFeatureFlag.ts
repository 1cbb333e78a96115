/** The feature flag without which istiod ignores `tls` in a Sidecar's ingress and serves the port in plaintext. */
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { IstiodSettings } from "./istiod";
import { alreadyChecked, checkArguments } from "../validation/arguments";
import { input, object } from "../validation/checks";
import { digestOf } from "../kubernetes/digest";
import { dnsLabel } from "../kubernetes/names";
import { childOptions } from "../validation/childOptions";
import { defaultIstiodNamespace, revisionsCheck } from "./revisions";

/** The variable that istiod reads once, when it starts (pilot/pkg/features/experimental.go). */
export const featureFlagName = "ENABLE_TLS_ON_SIDECAR_INGRESS";

/** The ConfigMap beside istiod that carries the flag. */
export const featureFlagConfigMapName = "istiod-sidecar-ingress-tls";

const configMapUidAnnotation = "istio-sidecar-tls/feature-flag-configmap-uid";

export interface IstiodFeatureFlagArgs {
    /** The namespace in which istiod runs. Default: "istio-system". */
    readonly namespace?: pulumi.Input<string>;
    /** The istiod revisions that get the flag; "default" is the Deployment istiod, any other name R the Deployment istiod-R. Plain values. Default: ["default"]. */
    readonly revisions?: string[];
}

const istiodFeatureFlagArgsCheck = object<IstiodFeatureFlagArgs>({
    namespace: input(dnsLabel),
    revisions: revisionsCheck,
});

/**
 * Sets ENABLE_TLS_ON_SIDECAR_INGRESS=true on istiod and waits until it has restarted with it. Every stack that needs the flag
 * applies the same patches and owns them together with the others (server-side apply); the last one to go takes the flag away.
 * An explicit entry of that name in the env of istiod's Deployment wins over this one and is not seen here.
 */
export class IstiodFeatureFlag extends pulumi.ComponentResource {
    /** The name of the ConfigMap that carries the flag. */
    public readonly configMapName: pulumi.Output<string>;

    constructor(name: string, args?: IstiodFeatureFlagArgs, opts?: pulumi.ComponentResourceOptions) {
        const given = args ?? {};
        // Before super(), so that a component with invalid arguments is never registered.
        const checked = checkArguments(`IstiodFeatureFlag "${name}"`, given, (known) =>
            istiodFeatureFlagArgsCheck(known, ""),
        );
        super("istio-sidecar-tls:index:IstiodFeatureFlag", name, given, opts);

        const namespace = given.namespace ?? defaultIstiodNamespace;
        const annotations = { ...takeOver, ...ownerAnnotation(name) };
        const configMap = new k8s.core.v1.ConfigMapPatch(
            `${name}-configmap`,
            {
                metadata: { name: featureFlagConfigMapName, namespace, annotations },
                data: { [featureFlagName]: "true" },
            },
            childOptions(this, opts, [], checked),
        );
        const uid = configMap.metadata.uid;
        for (const revision of given.revisions ?? ["default"]) {
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

/** Sets the flag, unless the arguments leave it to others. */
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

// The fields are worth nothing with another value, so they are taken over from whoever owns them. envFrom is one field for
// server-side apply (a list without keys), so entries that somebody else put there are lost; Istio's chart puts none.
const takeOver = { "pulumi.com/patchForce": "true" };

/**
 * A field that is this owner's alone. Where an object was made anew, the values that all owners share may be back through
 * another one: without a difference the engine would not apply the patch, and this owner would have lost its share.
 */
function ownerAnnotation(name: string): { [annotation: string]: string } {
    const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
    const key = digestOf(owner, 8);
    return { [`istio-sidecar-tls/feature-flag-owner-${key}`]: owner };
}

/**
 * istiod takes the flag from the ConfigMap through envFrom. An entry in env would do as well, but the provider compares lists
 * by position and would show a change at every preview (pulumi-kubernetes#2682); the chart leaves envFrom alone. `optional`
 * lets istiod start when the ConfigMap is gone, and the ConfigMap's uid restarts istiod when a new one takes its place.
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
