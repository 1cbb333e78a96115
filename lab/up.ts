/** Starts a lab: builds what is missing, removes what an earlier lab left, starts the parts, and installs the mesh. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Built, builtFolders, findMissingBuilds, makeBuilds, plannedBuilds } from "./build";
import { clearInstance } from "./clear";
import { withLock } from "./lock";
import { whyNoLab } from "./machine";
import { istioOperatorFile } from "./mesh/install";
import { createCgroups } from "./node/cgroups";
import { configurationFiles, writeConfiguration } from "./node/configuration";
import { createNamespaces, findInit, initScript } from "./node/namespaces";
import { insideBuild, nodeParts, partEnvironment } from "./node/parts";
import { instancePaths } from "./paths";
import { type PlannedStep, Progress } from "./progress";
import { Start } from "./start";

/** A digest of what a lab is started from. A running lab with another digest is restarted. */
function computeDigest(name: string, built: Built, istio: boolean): string {
    const files = [initScript, istioOperatorFile].map((file) => readFileSync(file, "utf8"));
    const configuration = configurationFiles(name, insideBuild(built.tools));
    const all = [istio, built, nodeParts(built), partEnvironment(insideBuild(built.tools)), configuration, ...files];
    return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

const clearing: PlannedStep = { title: "cleanup of an earlier lab", expectedSeconds: 2 };
const steps = {
    controlPlane: { title: "etcd and API server", expectedSeconds: 8 },
    node: { title: "node and images", expectedSeconds: 15 },
    install: { title: "Istio installation", expectedSeconds: 5 },
    mesh: { title: "istiod rollout", expectedSeconds: 15 },
};

async function prepareInstance(name: string, built: Built): Promise<number> {
    const paths = instancePaths(name);
    for (const folder of [paths.root, paths.logs, paths.pids, paths.configuration]) {
        mkdirSync(folder, { recursive: true, mode: 0o755 });
    }
    writeConfiguration(name, insideBuild(built.tools));
    createCgroups(name);
    return createNamespaces(name, partEnvironment(built.tools));
}

/** Without Istio the lab is plain Kubernetes, for programs that install Istio themselves. */
export async function up(name: string, { istio = true } = {}): Promise<void> {
    const reason = whyNoLab();
    if (reason !== undefined) {
        throw new Error(reason);
    }
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    await withLock(`instance/${name}`, `npm run lab -- up --name ${name}`, say, async () => {
        const paths = instancePaths(name);
        const built = builtFolders();
        const builds = findMissingBuilds();
        const isCurrent = () =>
            existsSync(paths.fingerprint) &&
            readFileSync(paths.fingerprint, "utf8") === computeDigest(name, built, istio);
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
            await progress.step(steps.mesh.title, () => starting.waitForMesh());
        }
        writeFileSync(paths.fingerprint, computeDigest(name, built, istio));
    });
}
