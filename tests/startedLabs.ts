/**
 * Records the labs that the tests start in any of Mocha's processes. The last hook of the whole run stops them, because a
 * worker does not know which of its suites is the last.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Lab from "../lab";

/** Passes the folder of the record to the workers. */
const variable = "LAB_TESTS_STARTED";

function recordFolder(): string {
    const folder = process.env[variable];
    if (folder === undefined) {
        throw new Error(".mocharc.yaml must require tests/startedLabs.ts");
    }
    return folder;
}

export function noteStarted(name: string): void {
    writeFileSync(join(recordFolder(), name), "");
}

export async function stopIfStarted(name: string): Promise<void> {
    const note = join(recordFolder(), name);
    if (existsSync(note)) {
        // Loaded here alone: every process of Mocha loads this module, and most stop no lab.
        const { stopLab } = require("../lab") as typeof Lab;
        await stopLab(name);
        rmSync(note);
    }
}

export function mochaGlobalSetup(): void {
    process.env[variable] = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-labs-"));
}

export async function mochaGlobalTeardown(): Promise<void> {
    await Promise.all(readdirSync(recordFolder()).map(stopIfStarted));
    rmSync(recordFolder(), { recursive: true });
}
