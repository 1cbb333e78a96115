/** The programs of the node and their flags, in the order in which they start. */
import { basename } from "node:path";
import type { Built } from "../build";
import { toolsEnvironment } from "../build/tools";
import { inside } from "../paths";
import { addresses } from "../pins";
import type { Part } from "./process";

const file = (name: string) => `${inside.instance}/${name}`;
const configuration = (name: string) => file(`configuration/${name}`);
const kubeconfig = file("kubeconfig");
const nodeName = "node0";
const etcdUrl = "http://127.0.0.1:2379";

const asAdministrator = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
    (flag) => `--${flag}=${kubeconfig}`,
);

/** A build's folder in the lab's mount namespace. */
export function insideBuild(folder: string): string {
    return `${inside.builds}/${basename(folder)}`;
}

export type PartKey =
    "etcd" | "apiServer" | "containerd" | "controllerManager" | "scheduler" | "kubelet" | "kubeProxy" | "coredns";

export function nodeParts(built: Built): Readonly<Record<PartKey, Part>> {
    const mesh = (program: string) => `${insideBuild(built.mesh)}/${program}`;
    const tool = (program: string) => `${insideBuild(built.tools)}/programs/${program}`;
    return {
        etcd: etcdSpec(tool("etcd")),
        apiServer: apiServerSpec(mesh("kube-apiserver")),
        containerd: {
            name: "containerd",
            program: tool("containerd"),
            args: [`--config=${configuration("containerd.toml")}`],
        },
        controllerManager: controllerManagerSpec(mesh("kube-controller-manager")),
        scheduler: {
            name: "kube-scheduler",
            program: mesh("kube-scheduler"),
            args: [...asAdministrator, `--cert-dir=${file("certificates")}`, "--leader-elect=false"],
        },
        kubelet: kubeletSpec(mesh("kubelet")),
        kubeProxy: kubeProxySpec(mesh("kube-proxy")),
        coredns: {
            name: "coredns",
            program: mesh("coredns"),
            args: ["-conf", configuration("Corefile")],
        },
    };
}

function etcdSpec(program: string): Part {
    return {
        name: "etcd",
        program,
        args: [
            `--data-dir=${file("etcd")}`,
            // The data need not survive a crash of the machine.
            "--unsafe-no-fsync",
            `--listen-client-urls=${etcdUrl}`,
            `--advertise-client-urls=${etcdUrl}`,
            "--listen-peer-urls=http://127.0.0.1:2380",
            "--log-level=warn",
        ],
    };
}

function apiServerSpec(program: string): Part {
    const issuer = "https://kubernetes.default.svc";
    return {
        name: "kube-apiserver",
        program,
        args: [
            `--etcd-servers=${etcdUrl}`,
            `--advertise-address=${addresses.node}`,
            `--bind-address=${addresses.node}`,
            `--secure-port=${addresses.apiServerPort}`,
            // Where the API server writes the certificate that it generates for itself.
            `--cert-dir=${file("certificates")}`,
            `--token-auth-file=${configuration("tokens.csv")}`,
            "--authorization-mode=RBAC",
            "--allow-privileged",
            `--audit-policy-file=${configuration("audit-policy.yaml")}`,
            `--audit-log-path=${file("logs/audit.log")}`,
            `--service-cluster-ip-range=${addresses.services}`,
            `--service-account-issuer=${issuer}`,
            `--api-audiences=${issuer},istio-ca`,
            `--service-account-key-file=${configuration("service-account.key")}`,
            `--service-account-signing-key-file=${configuration("service-account.key")}`,
            "--kubelet-preferred-address-types=InternalIP",
            "--shutdown-delay-duration=0",
        ],
    };
}

function controllerManagerSpec(program: string): Part {
    return {
        name: "kube-controller-manager",
        program,
        args: [
            ...asAdministrator,
            `--service-account-private-key-file=${configuration("service-account.key")}`,
            `--root-ca-file=${file("certificates/apiserver.crt")}`,
            `--cert-dir=${file("certificates")}`,
            "--use-service-account-credentials=false",
            "--allocate-node-cidrs=false",
            "--leader-elect=false",
        ],
    };
}

function kubeletSpec(program: string): Part {
    return {
        name: "kubelet",
        program,
        args: [
            `--config=${configuration("kubelet.yaml")}`,
            `--kubeconfig=${kubeconfig}`,
            `--hostname-override=${nodeName}`,
            `--node-ip=${addresses.node}`,
            `--root-dir=${file("kubelet")}`,
            `--cert-dir=${file("certificates/kubelet")}`,
        ],
    };
}

function kubeProxySpec(program: string): Part {
    return {
        name: "kube-proxy",
        program,
        args: [
            `--kubeconfig=${kubeconfig}`,
            `--hostname-override=${nodeName}`,
            "--proxy-mode=iptables",
            `--cluster-cidr=${addresses.pods}`,
            // The limit is a setting of the whole machine, so kube-proxy must not change it.
            "--conntrack-max-per-core=0",
            "--conntrack-min=0",
        ],
    };
}

/**
 * The environment of all parts, with the unpacked programs first on PATH. `tools` is the path of the tools build for
 * the part.
 */
export function partEnvironment(tools: string): Record<string, string> {
    return {
        PATH: `${tools}/programs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: "/root",
        ...toolsEnvironment(tools),
    };
}
