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

/** A build's folder as the parts see it. */
export function insideBuild(folder: string): string {
    return `${inside.builds}/${basename(folder)}`;
}

export type PartKey =
    "etcd" | "apiServer" | "containerd" | "controllerManager" | "scheduler" | "kubelet" | "kubeProxy" | "coredns";

export function nodeParts(built: Built): Readonly<Record<PartKey, Part>> {
    const mesh = (program: string) => `${insideBuild(built.mesh)}/${program}`;
    const tool = (program: string) => `${insideBuild(built.tools)}/programs/${program}`;
    const clientUrl = "http://127.0.0.1:2379";
    const asAdministrator = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"].map(
        (flag) => `--${flag}=${kubeconfig}`,
    );
    const issuer = "https://kubernetes.default.svc";
    return {
        etcd: {
            name: "etcd",
            program: tool("etcd"),
            args: [
                `--data-dir=${file("etcd")}`,
                "--unsafe-no-fsync", // the data need not outlive the machine
                `--listen-client-urls=${clientUrl}`,
                `--advertise-client-urls=${clientUrl}`,
                "--listen-peer-urls=http://127.0.0.1:2380",
                "--log-level=warn",
            ],
        },
        apiServer: {
            name: "kube-apiserver",
            program: mesh("kube-apiserver"),
            args: [
                `--etcd-servers=${clientUrl}`,
                `--advertise-address=${addresses.node}`,
                `--bind-address=${addresses.node}`,
                `--secure-port=${addresses.apiServerPort}`,
                `--cert-dir=${file("certificates")}`, // where it puts the certificate that it makes for itself
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
        },
        containerd: {
            name: "containerd",
            program: tool("containerd"),
            args: [`--config=${configuration("containerd.toml")}`],
        },
        controllerManager: {
            name: "kube-controller-manager",
            program: mesh("kube-controller-manager"),
            args: [
                ...asAdministrator,
                `--service-account-private-key-file=${configuration("service-account.key")}`,
                `--root-ca-file=${file("certificates/apiserver.crt")}`,
                `--cert-dir=${file("certificates")}`,
                "--use-service-account-credentials=false",
                "--allocate-node-cidrs=false",
                "--leader-elect=false",
            ],
        },
        scheduler: {
            name: "kube-scheduler",
            program: mesh("kube-scheduler"),
            args: [...asAdministrator, `--cert-dir=${file("certificates")}`, "--leader-elect=false"],
        },
        kubelet: {
            name: "kubelet",
            program: mesh("kubelet"),
            args: [
                `--config=${configuration("kubelet.yaml")}`,
                `--kubeconfig=${kubeconfig}`,
                `--hostname-override=${nodeName}`,
                `--node-ip=${addresses.node}`,
                `--root-dir=${file("kubelet")}`,
                `--cert-dir=${file("certificates/kubelet")}`,
            ],
        },
        kubeProxy: {
            name: "kube-proxy",
            program: mesh("kube-proxy"),
            args: [
                `--kubeconfig=${kubeconfig}`,
                `--hostname-override=${nodeName}`,
                "--proxy-mode=iptables",
                `--cluster-cidr=${addresses.pods}`,
                "--conntrack-max-per-core=0", // the limit belongs to the machine
                "--conntrack-min=0",
            ],
        },
        coredns: {
            name: "coredns",
            program: mesh("coredns"),
            args: ["-conf", configuration("Corefile")],
        },
    };
}

/** The environment of all parts: the unpacked programs come first. `tools` is the tools build as the part sees it. */
export function partsEnvironment(tools: string): Record<string, string> {
    return {
        PATH: `${tools}/programs:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
        HOME: "/root",
        ...toolsEnvironment(tools),
    };
}
