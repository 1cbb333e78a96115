/** The resource types that the stand-in serves, and what of each cannot be changed in place. */
import { type Path, anyElement } from "../plugin/difference";

export interface ResourceType {
    /** As the API server writes it: "v1", "apps/v1", "security.istio.io/v1". */
    readonly apiVersion: string;
    readonly kind: string;
    /** A resource that owns some fields of an object, instead of the object. */
    readonly isPatch: boolean;
    /** A change at or below one of these replaces the object: provider/pkg/provider/diff.go, `forceNew`. */
    readonly immutable: readonly Path[];
}

const identity: readonly Path[] = [
    ["metadata", "name"],
    ["metadata", "namespace"],
];

const selector: readonly Path[] = [["spec", "selector"]];
const binding: readonly Path[] = [["roleRef"]];

/** Of a Pod: what is not listed, such as its tolerations, is left to the API server to accept or refuse. */
const podSpec = [
    "affinity",
    "automountServiceAccountToken",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostIPC",
    "hostNetwork",
    "hostPID",
    "hostname",
    "imagePullSecrets",
    "nodeName",
    "nodeSelector",
    "overhead",
    "preemptionPolicy",
    "priority",
    "priorityClassName",
    "readinessGates",
    "restartPolicy",
    "runtimeClassName",
    "schedulerName",
    "securityContext",
    "serviceAccount",
    "serviceAccountName",
    "shareProcessNamespace",
    "subdomain",
    "terminationGracePeriodSeconds",
    "volumes",
];

const podContainer = [
    "args",
    "command",
    "env",
    "image",
    "imagePullPolicy",
    "lifecycle",
    "livenessProbe",
    "ports",
    "readinessProbe",
    "resources",
    "securityContext",
    "stdin",
    "stdinOnce",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "tty",
    "volumeDevices",
    "volumeMounts",
    "workingDir",
];

/** What of each, beside its name and namespace, cannot be changed in place. */
const builtInTypes: Readonly<Record<string, readonly Path[]>> = {
    "core/v1:Namespace": [],
    "core/v1:ConfigMap": [["data"], ["binaryData"]],
    "core/v1:Secret": [["type"], ["stringData"], ["data"]],
    "core/v1:ServiceAccount": [],
    "core/v1:Service": [["spec", "clusterIP"]],
    "core/v1:Pod": [
        ...podSpec.map((key) => ["spec", key]),
        ...podContainer.flatMap((key) => [
            ["spec", "containers", anyElement, key],
            ["spec", "initContainers", anyElement, key],
        ]),
    ],
    "apps/v1:Deployment": selector,
    "apps/v1:DaemonSet": selector,
    "apps/v1:StatefulSet": [
        ...selector,
        ["spec", "podManagementPolicy"],
        ["spec", "revisionHistoryLimit"],
        ["spec", "serviceName"],
        ["spec", "volumeClaimTemplates"],
    ],
    "batch/v1:Job": [...selector, ["spec", "completions"], ["spec", "parallelism"], ["spec", "template"]],
    "autoscaling/v2:HorizontalPodAutoscaler": [],
    "networking.k8s.io/v1:NetworkPolicy": [],
    "policy/v1:PodDisruptionBudget": [],
    "rbac.authorization.k8s.io/v1:ClusterRole": [],
    "rbac.authorization.k8s.io/v1:ClusterRoleBinding": binding,
    "rbac.authorization.k8s.io/v1:Role": [],
    "rbac.authorization.k8s.io/v1:RoleBinding": binding,
};

/** Groups that Kubernetes itself serves: a type of theirs that is not in the table is not a custom resource. */
const builtInGroup = /^(?:[a-z]+|(?:[a-z]+|rbac\.authorization|[a-z]+\.apiserver)\.k8s\.io)$/;

/** Takes a token apart, such as `kubernetes:apps/v1:Deployment` or `kubernetes:security.istio.io/v1:PeerAuthentication`. */
export function resourceType(token: string): ResourceType {
    const [, groupVersion = "", name = ""] = token.split(":");
    const isPatch = name.endsWith("Patch");
    const kind = isPatch ? name.slice(0, -"Patch".length) : name;
    const builtIn = builtInTypes[`${groupVersion}:${kind}`];
    const [group = "", version] = groupVersion.split("/");
    if (version === undefined) {
        // provider/pkg/provider/provider.go, `gvkFromURN`: a CustomResource of the core group.
        throw new Error(`apiVersion does not have both a group and a version: ${JSON.stringify(groupVersion)}`);
    }
    if (builtIn === undefined && builtInGroup.test(group)) {
        throw new Error(
            `${token}: the stand-in for the kubernetes plugin does not serve this type. It serves custom resources and ` +
                `${Object.keys(builtInTypes).join(", ")}, helm.sh/v3:Release. ` +
                "Run with the real plugin (LAB_PLUGINS=real) for others.",
        );
    }
    return {
        apiVersion: groupVersion.replace(/^core\//, ""),
        kind,
        isPatch,
        // A patch can give up and take over any field in place, its object's identity aside.
        immutable: isPatch ? identity : [...identity, ...(builtIn ?? [])],
    };
}

/** The provider can be told to change a Secret or a ConfigMap in place. */
export function immutablePaths(
    { kind, isPatch, immutable }: ResourceType,
    settings: { readonly enableSecretMutable: boolean; readonly enableConfigMapMutable: boolean },
): readonly Path[] {
    const { enableSecretMutable, enableConfigMapMutable } = settings;
    const mutable = (kind === "Secret" && enableSecretMutable) || (kind === "ConfigMap" && enableConfigMapMutable);
    return mutable && !isPatch ? immutable.filter(([key]) => key === "metadata" || key === "type") : immutable;
}

/** Whether Kubernetes itself defines the type, so that the API server leaves out what is empty. */
export function isBuiltIn(apiVersion: string): boolean {
    const [group = "", version] = apiVersion.split("/");
    return version === undefined || builtInGroup.test(group);
}
