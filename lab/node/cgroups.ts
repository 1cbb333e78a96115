/**
 * The control groups of an instance. Each has a root of its own for its pods: a kubelet removes pod groups that it does not
 * know, so two of them must not share one.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../wait";

export function cgroupRoot(instance: string): string {
    return `/istio-sidecar-tls-${instance}`;
}

/** Mount points of the hierarchies: version 1 has several, version 2 one. */
function hierarchies(type: "cgroup" | "cgroup2"): string[] {
    const lines = readFileSync("/proc/mounts", "utf8").split("\n");
    return lines.flatMap((line) => {
        const [, mountPoint = "", mountType] = line.split(" ");
        return mountType === type ? [mountPoint] : [];
    });
}

export function cgroupVersion(): 1 | 2 {
    const hasMemoryController = (mountPoint: string) => existsSync(join(mountPoint, "memory.usage_in_bytes"));
    return hierarchies("cgroup").some(hasMemoryController) ? 1 : 2;
}

function groupsOf(instance: string): string[] {
    const all = [...hierarchies("cgroup"), ...hierarchies("cgroup2")];
    return all.map((mountPoint) => join(mountPoint, cgroupRoot(instance)));
}

/** The kubelet wants the root of its groups to be there. */
export function makeCgroups(instance: string): void {
    if (cgroupVersion() === 1) {
        for (const mountPoint of hierarchies("cgroup")) {
            const group = join(mountPoint, cgroupRoot(instance));
            mkdirSync(group, { recursive: true });
            // a new cpuset group has neither processors nor memory and takes no process until it has
            for (const file of ["cpuset.cpus", "cpuset.mems"].filter((each) => existsSync(join(group, each)))) {
                writeFileSync(join(group, file), readFileSync(join(mountPoint, file)));
            }
        }
        return;
    }
    for (const mountPoint of hierarchies("cgroup2")) {
        const group = join(mountPoint, cgroupRoot(instance));
        mkdirSync(group, { recursive: true });
        for (const controller of readFileSync(join(mountPoint, "cgroup.controllers"), "utf8").trim().split(" ")) {
            for (const parent of [mountPoint, group]) {
                try {
                    appendFileSync(join(parent, "cgroup.subtree_control"), `+${controller}`);
                } catch {
                    // not every controller can be handed down everywhere; the kubelet names those that it misses
                }
            }
        }
    }
}

function removeGroup(group: string): void {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
        if (entry.isDirectory()) {
            removeGroup(join(group, entry.name));
        }
    }
    rmdirSync(group);
}

export async function removeCgroups(instance: string): Promise<void> {
    for (const group of groupsOf(instance)) {
        // the kernel lets go of a group a moment after its last process
        await waitFor(`the control group ${group} is removed`, 20, () => {
            try {
                if (existsSync(group)) {
                    removeGroup(group);
                }
                return undefined;
            } catch (error) {
                return (error as Error).message;
            }
        });
    }
}

export function leftoverCgroups(instance: string): string[] {
    return groupsOf(instance).filter((group) => existsSync(group));
}
