/** The resource types that the stand-in serves, and what of each cannot be changed in place. */
import { Path } from "../plugin/difference";

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

interface BuiltInType {
    readonly patch?: true;
    readonly immutable?: readonly Path[];
}

const builtInTypes: Readonly<Record<string, BuiltInType>> = {
    "core/v1:Namespace": { patch: true },
    "core/v1:ConfigMap": { patch: true, immutable: [["data"], ["binaryData"]] },
    "core/v1:Secret": { patch: true, immutable: [["type"], ["stringData"], ["data"]] },
    "core/v1:ServiceAccount": {},
    "core/v1:Service": { immutable: [["spec", "clusterIP"]] },
    "apps/v1:Deployment": { patch: true, immutable: [["spec", "selector"]] },
    "batch/v1:Job": {
        immutable: [
            ["spec", "completions"],
            ["spec", "parallelism"],
            ["spec", "selector"],
            ["spec", "template"],
        ],
    },
};

/** Groups that Kubernetes itself serves: a type of theirs that is not in the table is not a custom resource. */
const builtInGroup = /^(?:[a-z]+|(?:[a-z]+|rbac\.authorization|[a-z]+\.apiserver)\.k8s\.io)$/;

/** Takes a token apart, such as `kubernetes:apps/v1:Deployment` or `kubernetes:security.istio.io/v1:PeerAuthentication`. */
export function resourceType(token: string): ResourceType {
    const [, groupVersion = "", name = ""] = token.split(":");
    const isPatch = name.endsWith("Patch");
    const kind = isPatch ? name.slice(0, -"Patch".length) : name;
    const builtIn = builtInTypes[`${groupVersion}:${kind}`];
    const [group = ""] = groupVersion.split("/");
    if (builtIn === undefined ? builtInGroup.test(group) : isPatch && !builtIn.patch) {
        throw new Error(
            `${token}: the stand-in for the kubernetes plugin does not serve this type. It serves custom resources and ` +
                `${Object.keys(builtInTypes).join(", ")}. Run with the real plugin (LAB_PLUGINS=real) for others.`,
        );
    }
    return {
        apiVersion: groupVersion.replace(/^core\//, ""),
        kind,
        isPatch,
        // A patch can give up and take over any field in place, its object's identity aside.
        immutable: isPatch ? identity : [...identity, ...(builtIn?.immutable ?? [])],
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
