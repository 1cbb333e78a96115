/** What istiod's Deployments say about the feature flag. */
import {
    featureFlagConfigMapName as configMapName,
    featureFlagName as flag,
} from "../../components/mesh/istiodFeatureFlag";
import type { Cluster } from "../cluster";
import { findNamespace, succeed } from "./clients";
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

/**
 * The names of the istiods whose env sets the flag to a value other than true. env takes precedence over envFrom, and
 * nothing reports it.
 */
export async function findContraryIstiods(cluster: Cluster): Promise<string[]> {
    return (await listIstiods(cluster))
        .filter(({ spec }) =>
            spec.template.spec.containers.some(({ env }) =>
                env?.some(({ name, value }) => name === flag && value !== "true"),
            ),
        )
        .map(({ metadata }) => metadata.name);
}

/** Checks that nothing of the example is left. */
export async function checkLeftovers(cluster: Cluster): Promise<Finding[]> {
    const from = "kubectl";
    const namespace = await findNamespace(cluster, "test");
    const withFlag = (await listIstiods(cluster)).filter(({ spec }) =>
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
            tried: "namespace test",
            from,
            expected: "deleted",
            seen: namespace || "deleted",
            passed: namespace === "",
        },
        {
            tried: `${flag} on istiod`,
            from,
            expected: "removed",
            seen:
                withFlag.length === 0
                    ? "removed"
                    : `still set on ${withFlag.map(({ metadata }) => metadata.name).join(", ")}`,
            passed: withFlag.length === 0,
        },
        {
            tried: `ConfigMap ${configMapName}`,
            from,
            expected: "deleted, or empty (Kubernetes keeps an object after its last managed field is released)",
            seen:
                configMap === ""
                    ? "deleted"
                    : empty
                      ? "empty"
                      : `contains ${configMap.slice(configMapName.length + 1)}`,
            passed: empty,
        },
    ];
}

async function listIstiods(cluster: Cluster): Promise<PodTemplateHolder[]> {
    const get = ["-n", cluster.istioNamespace, "get", "deployment", "-l", "app=istiod", "-o", "json"];
    return (JSON.parse(await succeed(cluster, "kubectl", get)) as { items: PodTemplateHolder[] }).items;
}
