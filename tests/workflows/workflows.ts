/** The GitHub Actions workflows: those that users copy, and the project's own. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const root = join(__dirname, "..", "..");

const folders = [join(root, "examples", "github-actions"), join(root, ".github", "workflows")];

export interface Step {
    readonly name?: string;
    readonly run?: string;
}

export interface Workflow {
    readonly file: string;
    readonly text: string;
    readonly permissions: object;
    readonly concurrency?: string;
    readonly jobs: { readonly [job: string]: { readonly permissions?: object; readonly steps?: readonly Step[] } };
}

export const workflows: readonly Workflow[] = folders.flatMap((folder) =>
    readdirSync(folder).map((file) => {
        const text = readFileSync(join(folder, file), "utf8");
        return { file, text, ...(parse(text) as Pick<Workflow, "permissions" | "concurrency" | "jobs">) };
    }),
);
