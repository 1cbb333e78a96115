/** ShellCheck, which checks shell scripts, for the tests. Its wheel on PyPI contains the binary. */
import { join } from "node:path";
import { shellcheckWheel } from "../pins";
import { type Build, buildFolder, ensureBuilt } from "./cache";
import { unpackWheel } from "./wheels";

const build: Build = {
    name: "shellcheck",
    title: "ShellCheck (PyPI)",
    inputs: [shellcheckWheel],
    expectedSeconds: 5,
    make: (folder) => unpackWheel(shellcheckWheel, folder),
};

/** Installs ShellCheck in the cache if it is missing, and returns its path. */
export async function shellcheckProgram(): Promise<string> {
    await ensureBuilt(build, () => undefined);
    return join(buildFolder(build), "bin", "shellcheck");
}
