/** The program that checks GitHub Actions workflows, for the tests. */
import { join } from "node:path";
import { Progress } from "../progress";
import { findMissing, makeBuilds, plannedBuilds } from ".";
import { buildFolder } from "./cache";
import { goBuild } from "./go";

/** Builds actionlint if it is missing, and returns its path. */
export async function actionlintProgram(): Promise<string> {
    const build = goBuild("actionlint");
    const builds = findMissing([build]);
    await makeBuilds(builds, new Progress(plannedBuilds(builds)));
    return join(buildFolder(build), "actionlint");
}
