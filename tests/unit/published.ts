/** The package's folder as its users have it, without the tests and the lab: the analyzer reads all TypeScript that it finds. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** To be called in a suite: it is there for the suite's own hooks and tests. */
export function publishedFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-published-"));
    const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: readonly string[] };
    const published = files.map((file) => file.replace(/\/.*/, ""));
    for (const name of readdirSync(root)) {
        if (["package.json", "node_modules", ...published].includes(name)) {
            symlinkSync(join(root, name), join(folder, name));
        }
    }
    after("the folder is removed", () => {
        rmSync(folder, { recursive: true });
    });
    return folder;
}
