/** actionlint checks the workflows: their syntax, expressions, and the inputs of the actions that they use. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { actionlintProgram } from "../../lab/build/actionlint";
import { runCommand } from "../../lab/command";
import { workflows } from "./workflows";

describe("the workflows of GitHub Actions", () => {
    let actionlint: string;
    let repository: string;
    let folder: string;

    before(async function () {
        this.timeout("5m");
        actionlint = await actionlintProgram();
        repository = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-workflows-"));
        folder = join(repository, ".github", "workflows");
        mkdirSync(folder, { recursive: true });
        // actionlint finds the root by this folder, and with it the workflows that other workflows call.
        mkdirSync(join(repository, ".git"));
        for (const { file, text } of workflows) {
            write(file, text);
        }
    });

    after(() => {
        rmSync(repository, { recursive: true });
    });

    it("pass actionlint", async () => {
        expect(await lint()).to.equal("");
    });

    it("are checked against the inputs of pulumi/actions", async () => {
        const { file, text } = workflows.find((each) => each.file === "preview.yaml")!;
        write(file, text.replace("comment-on-pr: true", "comment-on-pull-request: true"));
        expect(await lint()).to.match(/^\S+preview\.yaml:\d+:\d+: input "comment-on-pull-request" is not defined/);
        write(file, text);
    });

    it("grant each job only the permissions that it needs", () => {
        const read = { contents: "read" };
        const rights = workflows.map(({ file, permissions, jobs }) => [
            file,
            permissions,
            Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions])),
        ]);
        expect(rights).to.have.deep.members([
            ["preview.yaml", {}, { preview: { ...read, "pull-requests": "write" } }],
            ["deploy.yaml", {}, { up: read }],
            ["renew-certificates.yaml", {}, { up: { ...read, issues: "write" } }],
            ["test.yaml", {}, { test: read, projects: read }],
            [
                "release.yaml",
                {},
                {
                    ...{ check: read, test: read, pack: read },
                    ...{ npm: { "id-token": "write" }, github: { contents: "write" } },
                },
            ],
        ]);
    });

    it("run no code of dependencies in jobs that can write to npm or the repository", () => {
        const jobs = workflows.find(({ file }) => file === "release.yaml")!.jobs;
        const runs = ["npm", "github"].map((job) => jobs[job]!.steps!.flatMap(({ run }) => run ?? []));
        expect(runs).to.deep.equal([
            ["npm publish ./*.tgz --provenance"],
            [
                'node .ci/release-notes.mjs "$GITHUB_REF_NAME" > "$RUNNER_TEMP/notes.md"',
                'gh release create "$GITHUB_REF_NAME" --verify-tag --notes-file "$RUNNER_TEMP/notes.md"',
            ],
        ]);
    });

    it("do not make a certificate renewal wait for the approval of a deployment", () => {
        const groups = workflows.filter(({ text }) => text.includes("command: up")).map((each) => each.concurrency);
        expect(groups).to.have.members(["production", "renewal"]);
    });

    /** actionlint knows the inputs of pulumi/actions up to v6; v7 has the same inputs (its README, "Migrating from v6"). */
    function write(file: string, text: string): void {
        writeFileSync(join(folder, file), text.replaceAll("pulumi/actions@v7", "pulumi/actions@v6"));
    }

    /** Runs actionlint without shellcheck and pyflakes, which it uses if they are installed, so that all machines agree. */
    async function lint(): Promise<string> {
        const args = ["-oneline", "-no-color", "-shellcheck=", "-pyflakes="];
        const { exitCode, stdout, stderr } = await runCommand(actionlint, args, { cwd: repository });
        expect([0, 1], stderr).to.include(exitCode);
        return stdout;
    }
});
