/** `lab status`: the parts with their processes, memory and logs, as a table. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import Table from "cli-table3";
import { builtFolders, missingBuilds } from "./build";
import { istioNamespace } from "./mesh/install";
import { cgroupVersion } from "./node/cgroups";
import { findInit, outerPids, processesIn, programName, residentMiB } from "./node/namespaces";
import { nodeParts } from "./node/parts";
import { lastLogLines, partLog, partState } from "./node/process";
import { cacheFolder, instancePaths } from "./paths";

interface Row {
    readonly name: string;
    readonly running: boolean;
    readonly pid: number | undefined;
    readonly memoryMiB: number;
    readonly log: string;
}

function partRows(name: string, init: number): Row[] {
    const outer = outerPids(init);
    return Object.values(nodeParts(builtFolders())).map((part) => {
        const { running, innerPid } = partState(name, init, part.name, part.program);
        const pid = innerPid === undefined ? undefined : outer.get(innerPid);
        const memoryMiB = pid === undefined ? 0 : residentMiB(pid);
        return { name: part.name, running, pid, memoryMiB, log: partLog(name, part.name) };
    });
}

/** istiod runs in a pod, so it is found by its program; its log is the kubelet's. */
function istiodRow(name: string, init: number): Row {
    const pods = join(instancePaths(name).logs, "pods");
    const folders = existsSync(pods) ? readdirSync(pods) : [];
    const folder = folders.find((pod) => pod.startsWith(`${istioNamespace}_istiod-`));
    const log = folder === undefined ? pods : join(pods, folder);
    const pid = processesIn(init).find((each) => programName(each) === "pilot-discovery");
    const memoryMiB = pid === undefined ? 0 : residentMiB(pid);
    return { name: "istiod", running: pid !== undefined, pid, memoryMiB, log };
}

/** Prints the table; true if all parts run. */
export function showStatus(name: string): boolean {
    const { logs } = instancePaths(name);
    const missing = missingBuilds();
    const cache =
        missing.length === 0 ? "complete" : `without ${missing.map(({ title }) => title).join("; ")} (up builds it)`;
    const init = findInit(name);
    console.log(`lab '${name}': ${init === undefined ? "not up" : `up, process ${init} holds its namespaces`}`);
    console.log(`builds in ${cacheFolder()}: ${cache}`);
    const version = cgroupVersion();
    console.log(
        `control groups: version ${version}${version === 2 ? " (the lab has been proven on version 1 only)" : ""}`,
    );
    if (init === undefined) {
        return false;
    }
    const rows = [...partRows(name, init), istiodRow(name, init)];
    const table = new Table({ head: ["part", "state", "pid", "memory", "log"], style: { head: [], border: [] } });
    for (const row of rows) {
        const memory = row.running ? `${row.memoryMiB} MiB` : "";
        table.push([row.name, row.running ? "running" : "dead", row.pid ?? "", memory, relative(logs, row.log)]);
    }
    console.log(`logs in ${logs}`);
    console.log(table.toString());
    const inParts = rows.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
    const all = processesIn(init).reduce((sum, pid) => sum + residentMiB(pid), 0);
    console.log(`memory: node and istiod ${inParts} MiB; with all pods ${all} MiB`);
    const dead = rows.filter(({ running }) => !running);
    for (const row of dead.filter((each) => each.name !== "istiod")) {
        console.log(`\n${row.name} has died; its log ends with:\n${lastLogLines(name, row.name)}`);
    }
    return dead.length === 0;
}
