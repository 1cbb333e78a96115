/** What has to be built before the lab can start, in the order in which one thing needs the other. */
import type { PlannedStep, Progress } from "../progress";
import { buildFolder, ensureBuilt, isBuilt, type Build } from "./cache";
import { certManagerBuild } from "./certManager";
import { chartsBuild } from "./charts";
import { goBuild, needsGoToolchain } from "./go";
import { imagesBuild } from "./images";
import { toolsBuild } from "./tools";
import { envoyBuild, goToolchainBuild } from "./wheels";

/** Folders of finished builds. */
export interface Built {
    readonly tools: string;
    readonly mesh: string;
    readonly pulumi: string;
    readonly images: string;
    readonly charts: string;
}

function allBuilds(): Build[] {
    return [toolsBuild(), envoyBuild(), goBuild("mesh"), goBuild("pulumi"), imagesBuild(), chartsBuild()];
}

export function missingBuilds(): Build[] {
    return missingOf(allBuilds());
}

/** What only a lab with cert-manager needs. */
export function missingCertManagerBuilds(): Build[] {
    return missingOf([goBuild("cert-manager"), certManagerBuild()]);
}

/** With the Go toolchain, where they need one that the machine does not have. */
export function missingOf(builds: readonly Build[]): Build[] {
    const missing = builds.filter((build) => !isBuilt(build));
    const compiles = missing.some(({ name }) => !["tools", "envoy"].includes(name));
    const toolchain = compiles && needsGoToolchain() ? [goToolchainBuild()] : [];
    return [...toolchain.filter((build) => !isBuilt(build)), ...missing];
}

export function plannedBuilds(builds: readonly Build[]): PlannedStep[] {
    return builds.map(({ title, expectedSeconds }) => ({ title, expectedSeconds }));
}

export async function makeBuilds(builds: readonly Build[], progress: Progress): Promise<void> {
    for (const build of builds) {
        await progress.step(build.title, (report) => ensureBuilt(build, report));
    }
}

/** Where the finished builds are; made or not. */
export function builtFolders(): Built {
    return {
        tools: buildFolder(toolsBuild()),
        mesh: buildFolder(goBuild("mesh")),
        pulumi: buildFolder(goBuild("pulumi")),
        images: buildFolder(imagesBuild()),
        charts: buildFolder(chartsBuild()),
    };
}
