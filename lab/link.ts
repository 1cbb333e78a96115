/**
 * Lets commands in one lab's network reach another lab's API server, too. All labs have the same addresses, so the other
 * API server gets an additional one: the address of the other lab's end of a veth pair between the two networks. If a lab
 * stops first, the kernel removes the pair together with its network, within a minute or two. The address translation
 * belongs to the other lab's network, the kubeconfig to the first lab's files.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { builtFolders } from "./build";
import type { CommandOptions } from "./cluster";
import { mustRun, runCommand } from "./command";
import { mustBeUp } from "./index";
import { findInit, inAllNamespaces, inNetwork } from "./node/namespaces";
import { insideBuild, partEnvironment } from "./node/parts";
import { instancePaths } from "./paths";
import { addresses } from "./pins";

export interface LabLink {
    /** Signs commands in the first lab's network in as the other lab's administrator. */
    readonly kubeconfig: string;
    /** Removes what is left of the link; either lab may have been stopped by then. */
    remove(): Promise<void>;
}

/** The device has this name in both networks; a lab has at most one link at a time. */
const device = "other-lab";

const { link, node, apiServerPort } = addresses;

const translation = [
    ...["PREROUTING", "--in-interface", device, "--destination", link.other, "--protocol", "tcp"],
    ...["--dport", String(apiServerPort), "--jump", "DNAT", "--to-destination", `${node}:${apiServerPort}`],
];

/** Both labs must run. Replaces what an earlier process left of a link between them. */
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
    await mustRun("nsenter", ...ipArguments(init, ["link", "add", device, "type", "veth", ...peer]));
    for (const [end, address] of [
        [init, link.lab],
        [otherInit, link.other],
    ] as const) {
        await mustRun(
            "nsenter",
            ...ipArguments(end, ["address", "add", `${address}/${link.prefixLength}`, "dev", device]),
        );
        await mustRun("nsenter", ...ipArguments(end, ["link", "set", device, "up"]));
    }
    await mustRun("nsenter", ...iptablesArguments(otherInit, "--append", translation));
    writeFileSync(kubeconfig, linkedKubeconfigSpec(readFileSync(instancePaths(other).kubeconfig, "utf8")), {
        mode: 0o600,
    });
    return { kubeconfig, remove };
}

/**
 * Ignores failed deletions: what does not exist needs none, and what remains makes the creation of the next link fail
 * with an error that names it.
 */
async function removeLink(lab: string, other: string): Promise<void> {
    const init = findInit(lab);
    const otherInit = findInit(other);
    if (init !== undefined) {
        await runCommand("nsenter", ...ipArguments(init, ["link", "delete", device]));
    }
    if (otherInit !== undefined) {
        await runCommand("nsenter", ...iptablesArguments(otherInit, "--delete", translation));
    }
}

type NsenterArguments = [args: readonly string[], options: CommandOptions];

/** Enters only the network namespace, so that a process ID of the machine can name the other network. */
function ipArguments(init: number, args: readonly string[]): NsenterArguments {
    return [[...inNetwork(init), "ip", ...args], { env: partEnvironment(builtFolders().tools) }];
}

/** Enters the mount namespace, too, because kube-proxy takes the same iptables lock file. */
function iptablesArguments(init: number, action: string, rule: readonly string[]): NsenterArguments {
    const command = ["iptables", "--wait", "--table", "nat", action, ...rule];
    return [[...inAllNamespaces(init), ...command], { env: partEnvironment(insideBuild(builtFolders().tools)) }];
}

/** The server's certificate does not cover the address, so clients verify it by the name that pods use. */
function linkedKubeconfigSpec(text: string): string {
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
