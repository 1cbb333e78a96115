/**
 * Lets commands in one lab's network reach another lab's API server as well. All labs have the same addresses, so it gets
 * one more there: that of the other lab's end of a veth pair between the two networks. If a lab ends first, the kernel
 * takes the pair away with its network, in a minute or two; the translation of the address is part of the other lab's
 * network, the kubeconfig one of the first lab's files.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { builtFolders } from "./build";
import type { CommandOptions } from "./cluster";
import { mustRun, runCommand } from "./command";
import { mustBeUp } from "./index";
import { findInit, inAllNamespaces, inNetwork } from "./node/namespaces";
import { insideBuild, partsEnvironment } from "./node/parts";
import { instancePaths } from "./paths";
import { addresses } from "./pins";

export interface LabLink {
    /** The other lab's administrator, as commands in the first lab's network sign in. */
    readonly kubeconfig: string;
    /** Takes away what is left of the link; either lab may be down by then. */
    remove(): Promise<void>;
}

/** In both networks; a lab has one link at a time. */
const device = "other-lab";

const { link, node, apiServerPort } = addresses;

const translation = [
    ...["PREROUTING", "--in-interface", device, "--destination", link.other, "--protocol", "tcp"],
    ...["--dport", String(apiServerPort), "--jump", "DNAT", "--to-destination", `${node}:${apiServerPort}`],
];

/** Both have to be up. What an earlier process left of a link between them is replaced. */
export async function linkLabs(lab: string, other: string): Promise<LabLink> {
    const init = mustBeUp(lab);
    const otherInit = mustBeUp(other);
    const kubeconfig = join(instancePaths(lab).root, `kubeconfig-${other}`);
    const remove = async (): Promise<void> => {
        rmSync(kubeconfig, { force: true });
        await removeLink(lab, other);
    };
    await remove();
    const peer = ["peer", "name", device, "netns", String(otherInit)];
    await mustRun("nsenter", ...ip(init, ["link", "add", device, "type", "veth", ...peer]));
    for (const [end, address] of [
        [init, link.lab],
        [otherInit, link.other],
    ] as const) {
        await mustRun("nsenter", ...ip(end, ["address", "add", `${address}/${link.prefixLength}`, "dev", device]));
        await mustRun("nsenter", ...ip(end, ["link", "set", device, "up"]));
    }
    await mustRun("nsenter", ...iptables(otherInit, "--append", translation));
    writeFileSync(kubeconfig, linkedKubeconfig(readFileSync(instancePaths(other).kubeconfig, "utf8")), { mode: 0o600 });
    return { kubeconfig, remove };
}

/** Of what is not there the deletion fails, which is as well; what stays all the same is named when the next link is made. */
async function removeLink(lab: string, other: string): Promise<void> {
    const init = findInit(lab);
    const otherInit = findInit(other);
    if (init !== undefined) {
        await runCommand("nsenter", ...ip(init, ["link", "delete", device]));
    }
    if (otherInit !== undefined) {
        await runCommand("nsenter", ...iptables(otherInit, "--delete", translation));
    }
}

type NsenterArguments = [args: readonly string[], options: CommandOptions];

/** Only the network is the lab's, so that the other one can be named by the machine's id of a process in it. */
function ip(init: number, args: readonly string[]): NsenterArguments {
    return [[...inNetwork(init), "ip", ...args], { env: partsEnvironment(builtFolders().tools) }];
}

/** With the lab's files too, among which is the lock that kube-proxy takes as well. */
function iptables(init: number, action: string, rule: readonly string[]): NsenterArguments {
    const command = ["iptables", "--wait", "--table", "nat", action, ...rule];
    return [[...inAllNamespaces(init), ...command], { env: partsEnvironment(insideBuild(builtFolders().tools)) }];
}

/** The server's certificate knows nothing of the address, so it is asked for by the name that pods know it by. */
function linkedKubeconfig(text: string): string {
    const kubeconfig = parse(text) as { clusters: readonly { readonly cluster: object }[] };
    const clusters = kubeconfig.clusters.map((entry) => ({
        ...entry,
        cluster: {
            ...entry.cluster,
            server: `https://${link.other}:${apiServerPort}`,
            "tls-server-name": "kubernetes.default.svc",
        },
    }));
    return stringify({ ...kubeconfig, clusters });
}
