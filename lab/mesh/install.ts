/** Puts into the cluster what makes it a mesh: the DNS service's address and Istio, and waits until both work. */
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

/** CoreDNS runs on the node itself, so its service gets its endpoint by hand. */
function dnsObjects(): object[] {
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

/** The charts are embedded in istioctl; this prints what they come to, with further settings if need be. */
export async function istioManifest(
    istioctl: (args: readonly string[]) => Promise<string>,
    settings: readonly string[] = [],
): Promise<string> {
    const set = [`tag=${istioVersion}`, ...settings].flatMap((setting) => ["--set", setting]);
    return istioctl(["manifest", "generate", "--filename", istioOperatorFile, ...set]);
}

export function manifestObjects(manifest: string): KubernetesObject[] {
    return parseAllDocuments(manifest)
        .map((document) => document.toJS() as KubernetesObject | null)
        .filter((object) => object !== null);
}

/** Definitions come first, and the rest once the API server serves them. */
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
    await apply(kubectl, dnsObjects());
}

export async function installIstio(kubectl: Kubectl, manifest: string): Promise<void> {
    await apply(kubectl, [{ apiVersion: "v1", kind: "Namespace", metadata: { name: istioNamespace } }]);
    await applyInOrder(kubectl, manifestObjects(manifest));
}

/** A pod that is never made: the API server runs it through the revision's webhook, as it would a real one. */
function probePod(revision: string): object {
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

/** Ready means more than running: a pod that is created now gets its sidecar from this istiod. */
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
        `${deployment} injects sidecars`,
        60,
        async () => {
            try {
                const pod = await kubectl(args, { input: JSON.stringify(probePod(revision)) });
                return pod.includes('"istio-proxy"') ? undefined : "a pod that was not changed";
            } catch (error) {
                return (error as Error).message;
            }
        },
        500,
    );
}
