/** The program that checks workflows of GitHub Actions: for the tests, not for the mesh. */
import { join } from "node:path";
import { Progress } from "../progress";
import { makeBuilds, missingOf, plannedBuilds } from ".";
import { buildFolder } from "./cache";
import { goBuild } from "./go";

/** Its path; it is built where it is missing. */
export async function actionlintProgram(): Promise<string> {
    const build = goBuild("actionlint");
    const builds = missingOf([build]);
    await makeBuilds(builds, new Progress(plannedBuilds(builds)));
    return join(buildFolder(build), "actionlint");
}
