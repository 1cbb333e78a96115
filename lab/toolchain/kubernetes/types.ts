/** The resource types that the stand-in supports, and their fields that cannot be changed in place. */
import { anyElement, type Path } from "../plugin/difference";

export interface ResourceType {
    /** In the API server's notation: "v1", "apps/v1", "security.istio.io/v1". */
    readonly apiVersion: string;
    readonly kind: string;
    /** Whether the resource owns some fields of an object, and not the object. */
    readonly isPatch: boolean;
    /** A change at or below one of these paths replaces the object: provider/pkg/provider/diff.go, `forceNew`. */
    readonly immutable: readonly Path[];
}

const identity: readonly Path[] = [
    ["metadata", "name"],
    ["metadata", "namespace"],
];

const selector: readonly Path[] = [["spec", "selector"]];
const binding: readonly Path[] = [["roleRef"]];

/**
 * Immutable fields of a Pod. For fields that are not listed, such as tolerations, the API server accepts or rejects a
 * change.
 */
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

/** The immutable fields of each type, in addition to name and namespace. */
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

/** Groups that Kubernetes itself serves. Their types that are not in the table are not custom resources. */
const builtInGroup = /^(?:[a-z]+|(?:[a-z]+|rbac\.authorization|[a-z]+\.apiserver)\.k8s\.io)$/;

/** Parses a token such as `kubernetes:apps/v1:Deployment` or `kubernetes:security.istio.io/v1:PeerAuthentication`. */
export function parseResourceType(token: string): ResourceType {
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
            `${token}: the stand-in for the kubernetes plugin does not support this type. It supports custom resources, ` +
                `${Object.keys(builtInTypes).join(", ")}, helm.sh/v3:Release. ` +
                "Use the real plugin (LAB_PLUGINS=real) for other types.",
        );
    }
    return {
        apiVersion: groupVersion.replace(/^core\//, ""),
        kind,
        isPatch,
        // A patch can release and acquire every field in place, except the identity of its object.
        immutable: isPatch ? identity : [...identity, ...(builtIn ?? [])],
    };
}

/** The provider has settings that make Secrets and ConfigMaps mutable. */
export function immutablePaths(
    { kind, isPatch, immutable }: ResourceType,
    settings: { readonly enableSecretMutable: boolean; readonly enableConfigMapMutable: boolean },
): readonly Path[] {
    const { enableSecretMutable, enableConfigMapMutable } = settings;
    const mutable = (kind === "Secret" && enableSecretMutable) || (kind === "ConfigMap" && enableConfigMapMutable);
    return mutable && !isPatch ? immutable.filter(([key]) => key === "metadata" || key === "type") : immutable;
}

/** Whether Kubernetes itself defines the type. The API server then omits empty values. */
export function isBuiltIn(apiVersion: string): boolean {
    const [group = "", version] = apiVersion.split("/");
    return version === undefined || builtInGroup.test(group);
}
