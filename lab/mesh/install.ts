/** Makes the cluster a mesh: installs the DNS Service and Istio, and waits until istiod injects sidecars. */
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { CommandOptions } from "../cluster";
import { addresses, istioVersion } from "../pins";
import { waitFor } from "../wait";

/** Runs kubectl against the lab; throws if it fails. */
export type Kubectl = (args: readonly string[], options?: CommandOptions) => Promise<string>;

export interface KubernetesObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly labels?: Readonly<Record<string, string>>;
    };
}

export const istioNamespace = "istio-system";

/** CoreDNS runs on the node and not in a pod, so its Service has an explicit EndpointSlice. */
function dnsSpecs(): object[] {
    const ports = [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
    ];
    return [
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "kube-dns", namespace: "kube-system" },
            spec: { clusterIP: addresses.dns, ports },
        },
        {
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            metadata: {
                name: "kube-dns-node",
                namespace: "kube-system",
                labels: { "kubernetes.io/service-name": "kube-dns" },
            },
            addressType: "IPv4",
            ports,
            endpoints: [{ addresses: [addresses.node], conditions: { ready: true } }],
        },
    ];
}

export async function apply(kubectl: Kubectl, objects: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    const args = ["apply", "--server-side", "--field-manager=lab", "--filename=-"];
    await kubectl(args, { input });
}

export const istioOperatorFile = join(__dirname, "istio.yaml");

/** Renders the charts that are embedded in istioctl, with additional `--set` settings. */
export async function renderIstioManifest(
    istioctl: (args: readonly string[]) => Promise<string>,
    settings: readonly string[] = [],
): Promise<string> {
    const set = [`tag=${istioVersion}`, ...settings].flatMap((setting) => ["--set", setting]);
    return istioctl(["manifest", "generate", "--filename", istioOperatorFile, ...set]);
}

export function parseManifest(manifest: string): KubernetesObject[] {
    return parseAllDocuments(manifest)
        .map((document) => document.toJS() as KubernetesObject | null)
        .filter((object) => object !== null);
}

/** Applies CustomResourceDefinitions first, and the other objects once the API server serves them. */
export async function applyInOrder(kubectl: Kubectl, objects: readonly KubernetesObject[]): Promise<void> {
    const definitions = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
    const others = objects.filter(({ kind }) => kind !== "CustomResourceDefinition");
    await apply(kubectl, definitions);
    const names = definitions.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
    await kubectl(["wait", "--for=condition=Established", "--timeout=60s", ...names]);
    await apply(kubectl, others);
}

export async function installDns(kubectl: Kubectl): Promise<void> {
    await kubectl(["wait", "--for=create", "namespace/kube-system", "--timeout=60s"]);
    await apply(kubectl, dnsSpecs());
}

export async function installIstio(kubectl: Kubectl, manifest: string): Promise<void> {
    await apply(kubectl, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: istioNamespace } }]);
    await applyInOrder(kubectl, parseManifest(manifest));
}

/** A pod for a dry run: the API server calls the revision's injection webhook as it does for a real pod. */
function probePodSpec(revision: string): object {
    const labels = {
        "sidecar.istio.io/inject": "true",
        ...(revision === "default" ? {} : { "istio.io/rev": revision }),
    };
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "injection-probe", namespace: "default", labels },
        spec: { containers: [{ name: "probe", image: "probe" }] },
    };
}

/** Waits until istiod is rolled out and a new pod gets its sidecar from it. */
export async function waitForMesh(
    kubectl: Kubectl,
    revision = "default",
    namespace: string = istioNamespace,
): Promise<void> {
    const deployment = revision === "default" ? "deployment/istiod" : `deployment/istiod-${revision}`;
    await kubectl(["rollout", "status", deployment, `--namespace=${namespace}`, "--timeout=120s"], {
        timeoutSeconds: 130,
    });
    const args = ["create", "--dry-run=server", "--filename=-", "--output=json"];
    await waitFor(
        `${deployment} to inject sidecars`,
        60,
        async () => {
            try {
                const pod = await kubectl(args, { input: JSON.stringify(probePodSpec(revision)) });
                return pod.includes('"istio-proxy"') ? undefined : "a pod without a sidecar";
            } catch (error) {
                return (error as Error).message;
            }
        },
        500,
    );
}
