/** Imports container images into the node's containerd. */
import { basename, dirname } from "node:path";
import { toolsEnvironment } from "../build/tools";
import { mustRun } from "../command";
import { failureOf, waitFor } from "../wait";
import { chooseSnapshotter, containerdSocket } from "./configuration";
import { inAllNamespaces } from "./namespaces";
import { insideBuild } from "./parts";

/** Waits for containerd, which may be starting. `archive` is a file in the folder of a build. */
export async function importImages(
    instance: string,
    init: number,
    toolsFolder: string,
    archive: string,
): Promise<void> {
    const tools = insideBuild(toolsFolder);
    const ctr = [`${tools}/programs/ctr`, "--address", containerdSocket, "--namespace", "k8s.io"];
    const run = (args: readonly string[]) =>
        mustRun("nsenter", [...inAllNamespaces(init), ...ctr, ...args], {
            env: toolsEnvironment(tools),
            timeoutSeconds: 600,
        });
    await waitFor("containerd to answer", 30, () => failureOf(run(["version"])));
    const file = `${insideBuild(dirname(archive))}/${basename(archive)}`;
    await run(["images", "import", "--snapshotter", chooseSnapshotter(instance), file]);
}
