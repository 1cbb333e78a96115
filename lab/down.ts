/** `lab down`: takes an instance away and shows that nothing of it is left. */
import { existsSync } from "node:fs";
import { clearInstance } from "./clear";
import { withLock } from "./lock";
import { leftoverCgroups } from "./node/cgroups";
import { findInit, runningRoots, strangersIn } from "./node/namespaces";
import { instancePaths } from "./paths";

export async function down(name: string): Promise<void> {
    const { root } = instancePaths(name);
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    await withLock(`instance/${name}`, `npm run lab -- down --name ${name}`, say, async () => {
        const init = findInit(name);
        const wasThere =
            init !== undefined || existsSync(root) || runningRoots(name).length > 0 || leftoverCgroups(name).length > 0;
        const strangers = init === undefined ? [] : strangersIn(init);
        await clearInstance(name);
        say(wasThere ? `lab '${name}' is down; nothing of it is left` : `lab '${name}' was not there`);
        if (strangers.length > 0) {
            say(`Still running in its network, as commands of yours: ${strangers.join(", ")}`);
        }
    });
}
