/**
 * The cgroups of a lab. Each lab has its own root for its pods: a kubelet removes pod cgroups that it does not know, so two
 * kubelets must not share a root.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { waitFor } from "../wait";

export function cgroupRoot(instance: string): string {
    return `/istio-sidecar-tls-${instance}`;
}

/** Mount points of the hierarchies: v1 has several, v2 has one. */
function listHierarchies(type: "cgroup" | "cgroup2"): string[] {
    const lines = readFileSync("/proc/mounts", "utf8").split("\n");
    return lines.flatMap((line) => {
        const [, mountPoint = "", mountType] = line.split(" ");
        return mountType === type ? [mountPoint] : [];
    });
}

export function readCgroupVersion(): 1 | 2 {
    const hasMemoryController = (mountPoint: string) => existsSync(join(mountPoint, "memory.usage_in_bytes"));
    return listHierarchies("cgroup").some(hasMemoryController) ? 1 : 2;
}

function listCgroups(instance: string): string[] {
    const all = [...listHierarchies("cgroup"), ...listHierarchies("cgroup2")];
    return all.map((mountPoint) => join(mountPoint, cgroupRoot(instance)));
}

/** The kubelet requires that the root of its cgroups exists. */
export function createCgroups(instance: string): void {
    if (readCgroupVersion() === 1) {
        for (const mountPoint of listHierarchies("cgroup")) {
            const group = join(mountPoint, cgroupRoot(instance));
            mkdirSync(group, { recursive: true });
            // A new cpuset cgroup has neither processors nor memory, and accepts no process without them.
            for (const file of ["cpuset.cpus", "cpuset.mems"].filter((each) => existsSync(join(group, each)))) {
                writeFileSync(join(group, file), readFileSync(join(mountPoint, file)));
            }
        }
        return;
    }
    for (const mountPoint of listHierarchies("cgroup2")) {
        const group = join(mountPoint, cgroupRoot(instance));
        mkdirSync(group, { recursive: true });
        for (const controller of readFileSync(join(mountPoint, "cgroup.controllers"), "utf8").trim().split(" ")) {
            for (const parent of [mountPoint, group]) {
                try {
                    appendFileSync(join(parent, "cgroup.subtree_control"), `+${controller}`);
                } catch {
                    // Not every controller can be delegated everywhere. The kubelet names those that it misses.
                }
            }
        }
    }
}

function removeCgroup(group: string): void {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
        if (entry.isDirectory()) {
            removeCgroup(join(group, entry.name));
        }
    }
    rmdirSync(group);
}

export async function removeCgroups(instance: string): Promise<void> {
    for (const group of listCgroups(instance)) {
        // The kernel releases a cgroup shortly after its last process has ended.
        await waitFor(`cgroup ${group} to be removed`, 20, () => {
            try {
                if (existsSync(group)) {
                    removeCgroup(group);
                }
                return undefined;
            } catch (error) {
                return (error as Error).message;
            }
        });
    }
}

export function findLeftoverCgroups(instance: string): string[] {
    return listCgroups(instance).filter((group) => existsSync(group));
}
