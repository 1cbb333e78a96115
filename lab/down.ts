/** `lab down`: stops a lab and removes everything that it left on the machine. */
import { existsSync } from "node:fs";
import { clearInstance } from "./clear";
import { withLock } from "./lock";
import { findLeftoverCgroups } from "./node/cgroups";
import { findInit, findRunningRoots, listVisitors } from "./node/namespaces";
import { instancePaths } from "./paths";

export async function down(name: string): Promise<void> {
    const { root } = instancePaths(name);
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    await withLock(`instance/${name}`, `npm run lab -- down --name ${name}`, say, async () => {
        const init = findInit(name);
        const existed =
            init !== undefined ||
            existsSync(root) ||
            findRunningRoots(name).length > 0 ||
            findLeftoverCgroups(name).length > 0;
        const visitors = init === undefined ? [] : listVisitors(init);
        await clearInstance(name);
        say(existed ? `lab '${name}' is stopped; nothing of it is left` : `lab '${name}' does not exist`);
        if (visitors.length > 0) {
            say(`Commands of yours that still run in its network: ${visitors.join(", ")}`);
        }
    });
}
