/**
 * The labs that the tests have started, in whichever of Mocha's processes, so that the last hook of the whole run can stop
 * them: a worker does not know which of its suites is the last.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Names the folder of the record to the workers. */
const variable = "LAB_TESTS_STARTED";

function record(): string {
    const folder = process.env[variable];
    if (folder === undefined) {
        throw new Error("tests/startedLabs.ts is not among the modules that .mocharc.yaml requires");
    }
    return folder;
}

export function noteStarted(name: string): void {
    writeFileSync(join(record(), name), "");
}

export async function stopIfStarted(name: string): Promise<void> {
    const note = join(record(), name);
    if (existsSync(note)) {
        // Loaded here alone: every process of Mocha loads this module, and most stop no lab.
        const { stopLab } = require("../lab") as typeof import("../lab");
        await stopLab(name);
        rmSync(note);
    }
}

export function mochaGlobalSetup(): void {
    process.env[variable] = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-labs-"));
}

export async function mochaGlobalTeardown(): Promise<void> {
    await Promise.all(readdirSync(record()).map(stopIfStarted));
    rmSync(record(), { recursive: true });
}
