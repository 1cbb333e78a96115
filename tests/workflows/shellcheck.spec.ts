/** All shell scripts of the repository, checked by ShellCheck: quoting, and what a POSIX shell does not have. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { shellcheckProgram } from "../../lab/build/shellcheck";
import { mustRun, runCommand } from "../../lab/command";
import { root } from "./workflows";

describe("the shell scripts", () => {
    let shellcheck: string;

    before(async function () {
        this.timeout("5m");
        shellcheck = await shellcheckProgram();
    });

    it("have no mistake that ShellCheck finds", async () => {
        const scripts = await shellScripts();
        expect(scripts).to.include.members([".ci/run", "lab/node/init.sh"]);
        expect(await check(scripts)).to.equal("");
    });

    it("are checked as scripts of a POSIX shell", async () => {
        const found = await check(["-"], "#!/bin/sh\nnames=(a b)\nrm $1\n");
        expect(found).to.match(/^-:2:7: warning: In POSIX sh, arrays are undefined\. \[SC3030\]$/m);
        expect(found).to.match(/^-:3:4: note: Double quote to prevent globbing and word splitting\. \[SC2086\]$/m);
    });

    async function check(files: readonly string[], input?: string): Promise<string> {
        const options = { cwd: root, ...(input === undefined ? {} : { input }) };
        const { exitCode, stdout, stderr } = await runCommand(
            shellcheck,
            ["--norc", "--format=gcc", ...files],
            options,
        );
        expect([0, 1], stderr).to.include(exitCode);
        return stdout;
    }
});

/** Scripts by their name or their first line, including those that are not committed yet. */
async function shellScripts(): Promise<string[]> {
    // The tests run as root, and the checkout may belong to another user.
    const list = ["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = (await mustRun("git", list, { cwd: root })).split("\0").filter((file) => file !== "");
    return files
        .filter((file) => statSync(join(root, file), { throwIfNoEntry: false })?.isFile())
        .filter((file) => file.endsWith(".sh") || /^#!.*\b(?:ba|da)?sh\b/.test(firstBytes(join(root, file))));
}

function firstBytes(path: string): string {
    const file = openSync(path, "r");
    const bytes = Buffer.alloc(100);
    readSync(file, bytes);
    closeSync(file);
    return bytes.toString("utf8");
}
