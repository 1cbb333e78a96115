/** `lab status`: a table of the parts with their processes, memory and logs. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import Table from "cli-table3";
import { builtFolders, findMissingBuilds } from "./build";
import { istioNamespace } from "./mesh/install";
import { readCgroupVersion } from "./node/cgroups";
import { findInit, listProcesses, mapPids, readProgramName, readResidentMiB } from "./node/namespaces";
import { nodeParts } from "./node/parts";
import { partLogPath, readLogEnd, readPartState } from "./node/process";
import { cacheFolder, instancePaths } from "./paths";

interface Row {
    readonly name: string;
    readonly running: boolean;
    readonly pid: number | undefined;
    readonly memoryMiB: number;
    readonly log: string;
}

function readPartRows(name: string, init: number): Row[] {
    const outer = mapPids(init);
    return Object.values(nodeParts(builtFolders())).map((part) => {
        const { running, innerPid } = readPartState(name, init, part.name, part.program);
        const pid = innerPid === undefined ? undefined : outer.get(innerPid);
        const memoryMiB = pid === undefined ? 0 : readResidentMiB(pid);
        return { name: part.name, running, pid, memoryMiB, log: partLogPath(name, part.name) };
    });
}

/** istiod runs in a pod, so it is found by its program, and the kubelet writes its log. */
function readIstiodRow(name: string, init: number): Row {
    const pods = join(instancePaths(name).logs, "pods");
    const folders = existsSync(pods) ? readdirSync(pods) : [];
    const folder = folders.find((pod) => pod.startsWith(`${istioNamespace}_istiod-`));
    const log = folder === undefined ? pods : join(pods, folder);
    const pid = listProcesses(init).find((each) => readProgramName(each) === "pilot-discovery");
    const memoryMiB = pid === undefined ? 0 : readResidentMiB(pid);
    return { name: "istiod", running: pid !== undefined, pid, memoryMiB, log };
}

/** Prints the table, and returns whether all parts run. */
export function showStatus(name: string): boolean {
    const { logs } = instancePaths(name);
    const missing = findMissingBuilds();
    const cache =
        missing.length === 0
            ? "complete"
            : `missing ${missing.map(({ title }) => title).join("; ")} (npm run lab -- up builds them)`;
    const init = findInit(name);
    console.log(
        `lab '${name}': ${init === undefined ? "not running" : `running, process ${init} holds its namespaces`}`,
    );
    console.log(`builds in ${cacheFolder()}: ${cache}`);
    const version = readCgroupVersion();
    console.log(`cgroups: v${version}${version === 2 ? " (the lab is tested on v1 only)" : ""}`);
    if (init === undefined) {
        return false;
    }
    const rows = [...readPartRows(name, init), readIstiodRow(name, init)];
    const table = new Table({ head: ["part", "state", "pid", "memory", "log"], style: { head: [], border: [] } });
    for (const row of rows) {
        const memory = row.running ? `${row.memoryMiB} MiB` : "";
        table.push([row.name, row.running ? "running" : "not running", row.pid ?? "", memory, relative(logs, row.log)]);
    }
    console.log(`logs in ${logs}`);
    console.log(table.toString());
    const inParts = rows.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);
    const all = listProcesses(init).reduce((sum, pid) => sum + readResidentMiB(pid), 0);
    console.log(`memory: ${inParts} MiB for the node and istiod, ${all} MiB with all pods`);
    const stopped = rows.filter(({ running }) => !running);
    for (const row of stopped.filter((each) => each.name !== "istiod")) {
        console.log(`\n${row.name} does not run. Its log ends with:\n${readLogEnd(name, row.name)}`);
    }
    return stopped.length === 0;
}
