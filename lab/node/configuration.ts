/** The configuration files of the node's parts, with paths of the lab's mount namespace. */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { inside, instancePaths } from "../paths";
import { addresses, auditedNamespace, imageNames } from "../pins";
import { cgroupRoot } from "./cgroups";

/** Grants system:masters. Only clients in the lab's network namespace can reach the API server. */
const token = "lab-administrator";

const folder = (name: string) => `${inside.instance}/${name}`;

export const containerdSocket = folder("containerd.sock");

/** An overlay cannot lie on an overlay. In most containers the cache lies on one, so layers are copied there. */
export function chooseSnapshotter(instance: string): "overlayfs" | "native" {
    // OVERLAYFS_SUPER_MAGIC: linux/magic.h.
    const overlayMagic = 0x794c7630;
    return statfsSync(instancePaths(instance).root).type === overlayMagic ? "native" : "overlayfs";
}

function containerdConfiguration(instance: string, tools: string): string {
    const runtime = '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc';
    return `version = 2
root = "${folder("containerd")}"
state = "/run/containerd"
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder("opt")}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${imageNames.pause}"
  # Root without CAP_SYS_RESOURCE, as in a container or a small virtual machine, must not lower this value.
  restrict_oom_score_adj = true
  disable_apparmor = true
  disable_tcp_service = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${tools}/usr/lib/cni"
    conf_dir = "${folder("configuration/cni")}"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "${chooseSnapshotter(instance)}"
    default_runtime_name = "runc"
    ${runtime}]
      runtime_type = "io.containerd.runc.v2"
      ${runtime}.options]
        SystemdCgroup = false
`;
}

function networkConfiguration(instance: string): object {
    const range = [[{ subnet: addresses.pods }]];
    const ipam = { type: "host-local", dataDir: folder("cni"), ranges: range, routes: [{ dst: "0.0.0.0/0" }] };
    const plugins = [{ type: "ptp", ipMasq: false, ipam }];
    return { cniVersion: "0.4.0", name: `istio-sidecar-tls-${instance}`, plugins };
}

function kubeletConfiguration(instance: string): object {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
        authorization: { mode: "AlwaysAllow" },
        cgroupDriver: "cgroupfs",
        cgroupRoot: cgroupRoot(instance),
        enforceNodeAllocatable: [],
        failCgroupV1: false,
        failSwapOn: false,
        containerRuntimeEndpoint: `unix://${containerdSocket}`,
        clusterDNS: [addresses.dns],
        clusterDomain: "cluster.local",
        resolvConf: folder("configuration/resolv.conf"),
        volumePluginDir: folder("volume-plugins"),
        podLogsDir: folder("logs/pods"),
        evictionHard: {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "nodefs.inodesFree": "1%",
            "imagefs.available": "1%",
        },
        imageGCHighThresholdPercent: 100,
        localStorageCapacityIsolation: false,
        // A changed Secret reaches a pod within seconds.
        configMapAndSecretChangeDetectionStrategy: "Watch",
        syncFrequency: "5s",
        serializeImagePulls: false,
        registryPullQPS: 0,
        eventRecordQPS: 0,
    };
}

const corefile = `.:53 {
  bind ${addresses.node}
  ready ${addresses.node}:8181
  errors
  kubernetes cluster.local {
    kubeconfig ${folder("kubeconfig")} lab
  }
}
`;

/** Logs only requests of the ServiceAccounts of one namespace. Tests read from it which permissions a program uses. */
const auditPolicy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived"],
    rules: [{ level: "Metadata", userGroups: [`system:serviceaccounts:${auditedNamespace}`] }, { level: "None" }],
};

/** The files by name, except the key. `tools` is the path of the tools build in the lab's mount namespace. */
export function configurationFiles(instance: string, tools: string): Readonly<Record<string, string>> {
    return {
        "containerd.toml": containerdConfiguration(instance, tools),
        "cni/10-lab.conflist": JSON.stringify(networkConfiguration(instance), undefined, 4),
        "kubelet.yaml": stringify(kubeletConfiguration(instance)),
        Corefile: corefile,
        // Pods ask CoreDNS, which has no upstream.
        "resolv.conf": "",
        "audit-policy.yaml": stringify(auditPolicy),
        "tokens.csv": `${token},administrator,administrator,system:masters\n`,
    };
}

/** Writes the files that do not depend on the running API server. */
export function writeConfiguration(instance: string, tools: string): void {
    const serviceAccountKey = generateKeyPairSync("rsa", {
        modulusLength: 2048,
        privateKeyEncoding: { type: "pkcs8", format: "pem" },
        publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const files = { ...configurationFiles(instance, tools), "service-account.key": serviceAccountKey.privateKey };
    for (const [name, text] of Object.entries(files)) {
        const path = join(instancePaths(instance).configuration, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text, { mode: 0o600 });
    }
}

/** Writes the administrator's kubeconfig, with the certificate that the API server generated for itself. */
export function writeKubeconfig(instance: string, certificate: string): void {
    const server = `https://${addresses.node}:${addresses.apiServerPort}`;
    const certificateData = Buffer.from(certificate).toString("base64");
    const kubeconfig = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "lab", cluster: { server, "certificate-authority-data": certificateData } }],
        users: [{ name: "administrator", user: { token } }],
        contexts: [{ name: "lab", context: { cluster: "lab", user: "administrator" } }],
        "current-context": "lab",
    };
    writeFileSync(instancePaths(instance).kubeconfig, stringify(kubeconfig), { mode: 0o600 });
}
