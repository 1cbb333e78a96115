/** Starts an instance: builds what is missing, clears what an earlier one left, starts the parts, installs the mesh. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtFolders, makeBuilds, missingBuilds, plannedBuilds, type Built } from "./build";
import { clearInstance } from "./clear";
import { withLock } from "./lock";
import { whyNoLab } from "./machine";
import { istioOperatorFile } from "./mesh/install";
import { makeCgroups } from "./node/cgroups";
import { configurationFiles, writeConfiguration } from "./node/configuration";
import { findInit, initScript, makeNamespaces } from "./node/namespaces";
import { insideBuild, nodeParts, partsEnvironment } from "./node/parts";
import { instancePaths } from "./paths";
import { Progress, type PlannedStep } from "./progress";
import { Start } from "./start";

/** What an instance is made from: a running one that was made from something else is started afresh. */
function fingerprint(name: string, built: Built, istio: boolean): string {
    const files = [initScript, istioOperatorFile].map((file) => readFileSync(file, "utf8"));
    const configuration = configurationFiles(name, insideBuild(built.tools));
    const all = [istio, built, nodeParts(built), partsEnvironment(insideBuild(built.tools)), configuration, ...files];
    return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

const clearing: PlannedStep = { title: "clearing what an earlier lab left", expectedSeconds: 2 };
const steps = {
    controlPlane: { title: "etcd and API server", expectedSeconds: 8 },
    node: { title: "node and images", expectedSeconds: 15 },
    install: { title: "installing Istio", expectedSeconds: 5 },
    mesh: { title: "istiod", expectedSeconds: 15 },
};

async function prepareInstance(name: string, built: Built): Promise<number> {
    const paths = instancePaths(name);
    for (const folder of [paths.root, paths.logs, paths.pids, paths.configuration]) {
        mkdirSync(folder, { recursive: true, mode: 0o755 });
    }
    writeConfiguration(name, insideBuild(built.tools));
    makeCgroups(name);
    return makeNamespaces(name, partsEnvironment(built.tools));
}

/** Without Istio it is a mere Kubernetes, for programs that install Istio themselves. */
export async function up(name: string, { istio = true } = {}): Promise<void> {
    const reason = whyNoLab();
    if (reason !== undefined) {
        throw new Error(reason);
    }
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    await withLock(`instance/${name}`, `npm run lab -- up --name ${name}`, say, async () => {
        const paths = instancePaths(name);
        const built = builtFolders();
        const builds = missingBuilds();
        const isCurrent = () =>
            existsSync(paths.fingerprint) &&
            readFileSync(paths.fingerprint, "utf8") === fingerprint(name, built, istio);
        const running = findInit(name);
        const keep = running !== undefined && isCurrent() ? running : undefined;
        const meshSteps = istio ? [...(keep === undefined ? [steps.install] : []), steps.mesh] : [];
        const startSteps = [steps.controlPlane, steps.node, ...meshSteps];
        const progress = new Progress([
            ...plannedBuilds(builds),
            ...(keep === undefined ? [clearing] : []),
            ...startSteps,
        ]);
        await makeBuilds(builds, progress);
        if (keep === undefined) {
            await progress.step(clearing.title, () => clearInstance(name));
        }
        const init = keep ?? (await prepareInstance(name, built));
        const starting = new Start(name, init, built);
        await progress.step(steps.controlPlane.title, () => starting.startControlPlane());
        await progress.step(steps.node.title, () => starting.startNode());
        await starting.installDns();
        if (istio) {
            if (keep === undefined) {
                await progress.step(steps.install.title, () => starting.installIstio());
            }
            await progress.step(steps.mesh.title, () => starting.meshReady());
        }
        writeFileSync(paths.fingerprint, fingerprint(name, built, istio));
    });
}
