/** What istiod's Deployments say about the feature flag. */
import { featureFlagConfigMapName as configMapName, featureFlagName as flag } from "../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../cluster";
import { succeed } from "./clients";
import type { Finding } from "./verification";

interface PodTemplateHolder {
    readonly metadata: { readonly name: string };
    readonly spec: {
        readonly template: {
            readonly spec: {
                readonly containers: readonly {
                    readonly env?: readonly { readonly name: string; readonly value?: string }[];
                    readonly envFrom?: readonly { readonly configMapRef?: { readonly name: string } }[];
                }[];
            };
        };
    };
}

/** The names of the istiods in whose env the flag stands with another value than true: it wins over ours, and nothing says so. */
export async function contraryIstiods(cluster: Cluster): Promise<string[]> {
    return (await istiods(cluster))
        .filter(({ spec }) =>
            spec.template.spec.containers.some(({ env }) =>
                env?.some(({ name, value }) => name === flag && value !== "true"),
            ),
        )
        .map(({ metadata }) => metadata.name);
}

/** Shows that nothing of the example is left. */
export async function leftovers(cluster: Cluster): Promise<Finding[]> {
    const from = "kubectl";
    const namespaces = await succeed(cluster, "kubectl", [
        "get",
        "namespace",
        "test",
        "--ignore-not-found",
        "-o",
        "name",
    ]);
    const withFlag = (await istiods(cluster)).filter(({ spec }) =>
        spec.template.spec.containers.some(({ envFrom }) =>
            envFrom?.some(({ configMapRef }) => configMapRef?.name === configMapName),
        ),
    );
    const inIstio = ["-n", cluster.istioNamespace];
    const configMap = await succeed(cluster, "kubectl", [
        ...inIstio,
        ...["get", "configmap", configMapName, "--ignore-not-found", "-o", "jsonpath={.metadata.name}:{.data}"],
    ]);
    const empty = configMap === "" || configMap === `${configMapName}:`;
    return [
        {
            tried: "namespace test and all in it",
            from,
            expected: "gone",
            seen: namespaces.trim() || "gone",
            passed: namespaces.trim() === "",
        },
        {
            tried: `${flag} on istiod`,
            from,
            expected: "gone",
            seen:
                withFlag.length === 0 ? "gone" : `still on ${withFlag.map(({ metadata }) => metadata.name).join(", ")}`,
            passed: withFlag.length === 0,
        },
        {
            tried: `ConfigMap ${configMapName}`,
            from,
            expected: "gone, or empty (Kubernetes keeps an object whose last owned field is given up)",
            seen: configMap === "" ? "gone" : empty ? "empty" : `holds ${configMap.slice(configMapName.length + 1)}`,
            passed: empty,
        },
    ];
}

async function istiods(cluster: Cluster): Promise<PodTemplateHolder[]> {
    const get = ["-n", cluster.istioNamespace, "get", "deployment", "-l", "app=istiod", "-o", "json"];
    return (JSON.parse(await succeed(cluster, "kubectl", get)) as { items: PodTemplateHolder[] }).items;
}
