/** Additional istiod revisions alongside the lab's own, and namespaces that move between them, as in a canary upgrade. */
import { deploymentName, featureFlagName } from "../../components/mesh/istiodFeatureFlag";
import { namespaceInjectionLabel } from "../../components/mesh/revisions";
import type { Cluster, CommandOptions } from "../../lab/cluster";
import { succeed } from "../../lab/demo/clients";
import {
    apply,
    istioNamespace,
    type Kubectl,
    type KubernetesObject,
    parseManifest,
    renderIstioManifest,
    waitForMesh,
} from "../../lab/mesh/install";
import { eventually } from "./eventually";

/** Both revisions share this CA so that their sidecars trust each other: istiod creates one CA for each namespace. */
const authoritySecret = "istio-ca-secret";

/** Installs a revision from the lab's charts, without the feature flag, and waits until it injects sidecars. */
export async function installRevision(
    cluster: Cluster,
    revision: string,
    namespace: string = istioNamespace,
): Promise<void> {
    const kubectl = kubectlOf(cluster);
    if (namespace !== istioNamespace) {
        await apply(kubectl, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }]);
        await shareAuthority(kubectl, namespace);
    }
    await apply(kubectl, await revisionObjects(cluster, revision, namespace));
    await waitForMesh(kubectl, revision, namespace);
}

/** Applies the default revision's Deployment as the chart renders it with these settings, as an upgrade of istiod does. */
export async function setIstiodValues(cluster: Cluster, settings: readonly string[]): Promise<void> {
    const rendered = parseManifest(await renderIstioManifest(istioctlOf(cluster), settings));
    const deployments = rendered.filter(({ kind }) => kind === "Deployment");
    await apply(kubectlOf(cluster), deployments);
    await waitForMesh(kubectlOf(cluster));
}

/** Removes the revision's objects, and its namespace if that is not the default revision's. */
export async function removeRevision(
    cluster: Cluster,
    revision: string,
    namespace: string = istioNamespace,
): Promise<void> {
    const items = [...(await revisionObjects(cluster, revision, namespace)), ...leases(revision, namespace)];
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const wait = ["--ignore-not-found", "--wait", "--timeout=120s"];
    await succeed(cluster, "kubectl", ["delete", "--filename=-", ...wait], input);
    if (namespace !== istioNamespace) {
        await succeed(cluster, "kubectl", ["delete", "namespace", namespace, ...wait]);
    }
    await eventually(
        `no pod of ${deploymentName(revision)}`,
        () => succeed(cluster, "kubectl", ["-n", namespace, "get", "pod", "-l", podsOf(revision), "-o", "name"]),
        (pods) => pods === "",
    );
}

/** Labels a namespace for a revision, and restarts its Deployments so that this revision injects all sidecars. */
export async function moveNamespace(cluster: Cluster, namespace: string, revision: string): Promise<void> {
    const labels = Object.entries({ ...noLabels, ...namespaceInjectionLabel(revision) }).map(([label, value]) =>
        value === undefined ? `${label}-` : `${label}=${value}`,
    );
    await succeed(cluster, "kubectl", ["label", "namespace", namespace, "--overwrite", ...labels]);
    const within = ["-n", namespace];
    const deployments = await succeed(cluster, "kubectl", [...within, "get", "deployment", "-o", "name"]);
    for (const deployment of deployments.split("\n").filter((name) => name !== "")) {
        await succeed(cluster, "kubectl", [...within, "rollout", "restart", deployment]);
        await succeed(cluster, "kubectl", [...within, "rollout", "status", deployment, "--timeout=120s"]);
    }
}

/** Returns the name of the revision's only pod, once older pods are gone. */
export async function istiodPod(cluster: Cluster, revision = "default", namespace = istioNamespace): Promise<string> {
    const get = ["-n", namespace, "get", "pod", "-l", podsOf(revision), "-o", "name"];
    const names = await eventually(
        `one pod of ${deploymentName(revision)}`,
        async () => (await succeed(cluster, "kubectl", get)).trim().split("\n"),
        (pods) => pods.length === 1 && pods[0] !== "",
    );
    return names[0]!;
}

/** Returns the flag in the environment of the revision's running process, after any rollout in progress; empty if unset. */
export async function flagOfIstiod(
    cluster: Cluster,
    revision = "default",
    namespace = istioNamespace,
): Promise<string> {
    const deployment = `deployment/${deploymentName(revision)}`;
    await succeed(cluster, "kubectl", ["-n", namespace, "rollout", "status", deployment, "--timeout=120s"]);
    const pod = await istiodPod(cluster, revision, namespace);
    const print = ["exec", pod, "--", "cat", "/proc/1/environ"];
    const environment = await succeed(cluster, "kubectl", ["-n", namespace, ...print]);
    const entry = environment.split("\0").find((one) => one.startsWith(`${featureFlagName}=`));
    return entry?.slice(featureFlagName.length + 1) ?? "";
}

const noLabels: Readonly<Record<string, string | undefined>> = {
    "istio-injection": undefined,
    "istio.io/rev": undefined,
};

function podsOf(revision: string): string {
    return `app=istiod,istio.io/rev=${revision}`;
}

/** The objects that the default revision does not have: all revisions share the base chart's CRDs and ServiceAccounts. */
async function revisionObjects(cluster: Cluster, revision: string, namespace: string): Promise<KubernetesObject[]> {
    const istioctl = istioctlOf(cluster);
    const settings = [`revision=${revision}`, `values.global.istioNamespace=${namespace}`];
    const shared = new Set(parseManifest(await renderIstioManifest(istioctl)).map(identity));
    return parseManifest(await renderIstioManifest(istioctl, settings)).filter(
        (object) => !shared.has(identity(object)),
    );
}

/** The Leases that istiod creates and leaves behind (pilot/pkg/leaderelection). */
function leases(revision: string, namespace: string): KubernetesObject[] {
    return ["istio-gateway-deployment", "istio-gateway-status-leader"].map((name) => ({
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name: `${name}-${revision}`, namespace },
    }));
}

function identity({ apiVersion, kind, metadata }: KubernetesObject): string {
    return [apiVersion, kind, metadata.namespace ?? "", metadata.name].join("/");
}

async function shareAuthority(kubectl: Kubectl, namespace: string): Promise<void> {
    const get = ["get", "secret", authoritySecret, `--namespace=${istioNamespace}`, "--output=json"];
    const { type, data } = JSON.parse(await kubectl(get)) as { type: string; data: object };
    const metadata = { name: authoritySecret, namespace };
    await apply(kubectl, [{ apiVersion: "v1", kind: "Secret", metadata, type, data }]);
}

function kubectlOf(cluster: Cluster): Kubectl {
    return (args, { input }: CommandOptions = {}) => succeed(cluster, "kubectl", [...args], input);
}

function istioctlOf(cluster: Cluster): (args: readonly string[]) => Promise<string> {
    return (args) => succeed(cluster, "istioctl", [...args]);
}
