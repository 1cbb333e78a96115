/** What the npm package holds, and whether its package.json says so in the way that Node and TypeScript read it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { expect } from "chai";
import { mustRun } from "../../lab/command";
import { pack, type Packed, root } from "./pack";

/** README links to these pages for contributors; npm's page of the package resolves such links to the repository. */
const repositoryPages = ["ARCHITECTURE.md", "CONTRIBUTING.md", "RELEASE.md", "SECURITY.md"];

describe("the npm package", () => {
    let folder: string;
    let packed: Packed;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-packed-"));
        // A user who tries an example leaves the configuration of a stack there. It may hold encrypted secrets.
        const left = join(root, "examples", "httpbin", `Pulumi.test-${process.pid}.yaml`);
        writeFileSync(left, "config: {}\n");
        try {
            packed = await pack(folder);
        } finally {
            rmSync(left);
        }
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("holds what users need and nothing else", () => {
        const entries = new Set(packed.files.map((path) => path.replace(/\/.*/, "")));
        expect([...entries]).to.have.members([
            ...["CHANGELOG.md", "LICENSE", "README.md", "docs", "examples"],
            ...["package.json", "dist"],
            // What Pulumi infers the schema from: it resolves dist/index.js to the source beside package.json.
            ...["PulumiPlugin.yaml", "tsconfig.json", "index.ts", "components"],
            // The folder that --policy-pack names.
            "policy",
        ]);
        expect(packed.size).to.be.below(300_000);
    });

    it("holds the examples' programs and no stack configuration", () => {
        const yaml = packed.files.filter((path) => /^examples\/.*\/Pulumi\b.*\.yaml$/.test(path));
        expect(yaml).to.include("examples/yaml/Pulumi.yaml");
        expect(yaml.filter((path) => !path.endsWith("/Pulumi.yaml"))).to.deep.equal([]);
    });

    it("has in dist what is built from its sources, and nothing that an earlier build has left there", () => {
        const policy = readdirSync(join(root, "policy")).map((file) => join("policy", file));
        const sources = [...packed.files, ...policy].filter(
            (path) => path.endsWith(".ts") && !/^(dist|examples)\//.test(path),
        );
        const built = sources.flatMap((source) => {
            // The package has no sources of the policies, so that a source map of theirs would point nowhere.
            const extensions = policy.includes(source) ? [".js", ".d.ts"] : [".js", ".js.map", ".d.ts"];
            return extensions.map((extension) => join("dist", source.replace(/\.ts$/, extension)));
        });
        const copied = packed.files.filter((path) => /^components\/.*\.sh$/.test(path)).map((path) => `dist/${path}`);
        expect(copied).to.deep.equal(["dist/components/connectivity/check.sh"]);
        expect(packed.files.filter((path) => path.startsWith("dist/"))).to.have.members([...built, ...copied]);
    });

    it("has what its own pages link to", () => {
        const dead = packed.files
            .filter((path) => path.endsWith(".md"))
            .flatMap((page) => linksOf(page).map((target) => ({ page, target: join(dirname(page), target) })))
            .filter(({ target }) => !packed.files.some((path) => `${path}/`.startsWith(`${normalize(target)}/`)))
            .filter(({ target }) => !(repositoryPages.includes(target) && existsSync(join(root, target))));
        expect(dead).to.deep.equal([]);
    });

    it("passes publint --strict", async () => {
        expect(await mustRun("npx", ["publint", "--strict", packed.tarball], { cwd: root })).to.include("All good!");
    });

    it("passes arethetypeswrong for CommonJS, ES modules and bundlers", async () => {
        expect(await mustRun("npx", ["attw", "--no-color", packed.tarball], { cwd: root })).to.include(
            "No problems found",
        );
    });
});

/** Paths to which a page links, pictures in HTML included, without those of other sites and of its own headings. */
function linksOf(page: string): string[] {
    const text = readFileSync(join(root, page), "utf8");
    const links = text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g);
    const pictures = text.matchAll(/\s(?:src|srcset)="(?!https?:)([^"\s]+)"/g);
    return [...links, ...pictures].map(([, target]) => target!);
}
