/** What must be built before a lab can start, in the order of dependencies. */
import type { PlannedStep, Progress } from "../progress";
import { type Build, buildFolder, ensureBuilt, isBuilt } from "./cache";
import { certManagerBuild } from "./certManager";
import { chartsBuild } from "./charts";
import { goBuild, needsGoToolchain } from "./go";
import { imagesBuild } from "./images";
import { toolsBuild } from "./tools";
import { envoyBuild, goToolchainBuild } from "./wheels";

/** The folders of the builds that a lab consists of. */
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

export function findMissingBuilds(): Build[] {
    return findMissing(allBuilds());
}

/** Builds that only a lab with cert-manager needs. */
export function findMissingCertManagerBuilds(): Build[] {
    return findMissing([goBuild("cert-manager"), certManagerBuild()]);
}

/** The builds that are missing, and the Go toolchain if they need one that the machine does not have. */
export function findMissing(builds: readonly Build[]): Build[] {
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

/** The folders of the builds, whether they are finished or not. */
export function builtFolders(): Built {
    return {
        tools: buildFolder(toolsBuild()),
        mesh: buildFolder(goBuild("mesh")),
        pulumi: buildFolder(goBuild("pulumi")),
        images: buildFolder(imagesBuild()),
        charts: buildFolder(chartsBuild()),
    };
}
