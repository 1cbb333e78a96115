/** The analyzer that the policy tests use. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startPack } from "./analyzer";

describe("the analyzer of the policy tests", () => {
    it("reports why a pack does not start", async () => {
        const folder = mkdtempSync(join(tmpdir(), "policy-pack-"));
        try {
            writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "broken", version: "1.0.0" }));
            writeFileSync(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
            writeFileSync(join(folder, "index.js"), 'throw new Error("this pack is broken");\n');
            const failure = await startPack(folder).catch((error: unknown) => (error as Error).message);
            expect(failure).to.include("before it was ready").and.to.include("this pack is broken");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
