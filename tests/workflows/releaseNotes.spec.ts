/** Runs the script of the release workflow that compares the tag, package.json, and CHANGELOG.md. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { mustRun, runCommand } from "../../lab/command";
import { root } from "./workflows";

describe("the notes of a release", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-release-"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const script = join(root, ".ci", "release-notes.mjs");
    const changelog = `# Changelog

## [Unreleased]

- later

## [1.2.3] - 2026-11-25

### Added

- this

## [1.2.2] - 2026-11-01

- before
`;

    function notes(tag: string, version: string) {
        writeFileSync(join(folder, "package.json"), JSON.stringify({ version }));
        writeFileSync(join(folder, "CHANGELOG.md"), changelog);
        return runCommand(process.execPath, [script, tag], { cwd: folder });
    }

    it("are the changelog's section of the version, and nothing else", async () => {
        expect(await notes("v1.2.3", "1.2.3")).to.deep.equal({
            exitCode: 0,
            stdout: "### Added\n\n- this\n",
            stderr: "",
        });
    });

    it("fail for a tag that differs from the version in package.json", async () => {
        for (const tag of ["v1.2.4", "1.2.3", "v1.2.3-rc.1"]) {
            expect(await notes(tag, "1.2.3")).to.deep.equal({
                exitCode: 1,
                stdout: "",
                stderr: `the tag is ${tag}, but package.json has version 1.2.3: tag v1.2.3, or change the version\n`,
            });
        }
    });

    it("fail for a version without a section in the changelog", async () => {
        expect(await notes("v1.2.4", "1.2.4")).to.deep.equal({
            exitCode: 1,
            stdout: "",
            stderr: 'CHANGELOG.md says nothing of 1.2.4: give it a section "## [1.2.4] - YEAR-MONTH-DAY"\n',
        });
    });

    it("exist for the version of this package", async () => {
        const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
        expect(await mustRun(process.execPath, [script, `v${version}`], { cwd: root })).to.include("###");
    });
});
