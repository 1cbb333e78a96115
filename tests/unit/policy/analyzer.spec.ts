/** The tests' own analyzer. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startPack } from "./analyzer";

describe("the tests' analyzer", () => {
    it("says why a pack does not start", async () => {
        const folder = mkdtempSync(join(tmpdir(), "policy-pack-"));
        try {
            writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "broken", version: "1.0.0" }));
            writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
            writeFileSync(join(folder, "index.js"), 'throw new Error("this pack is broken");\n');
            const failure = await startPack(folder).catch((error: unknown) => (error as Error).message);
            expect(failure).to.include("before it was there").and.to.include("this pack is broken");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
