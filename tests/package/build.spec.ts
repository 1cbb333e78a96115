/** The build that an installation runs, where there are no dev dependencies: npm install --omit=dev in a checkout. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect } from "chai";
import { mustRun } from "../../lab/command";
import { root } from "./pack";

interface Lock {
    /** By their path; `dev` where only dev dependencies need the package, `devOptional` where optional ones do as well. */
    readonly packages: { readonly [path: string]: { readonly dev?: true; readonly devOptional?: true } };
}

describe("the build of an installation without dev dependencies", () => {
    const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
        scripts: { readonly prepare: string; readonly "build:scripts": string };
    };

    it("reads no package that is not there then", async () => {
        const [compile, ...others] = scripts.prepare.split(" && ");
        expect(compile).to.equal("tsc -p tsconfig.build.json");
        expect(others).to.deep.equal(["npm run build:scripts"]);
        expect(scripts["build:scripts"]).to.match(/^node -e "require\('node:fs'\)\.copyFileSync\([^()]*\)"$/);
        const files = (await mustRun("npx", [...compile!.split(" "), "--listFilesOnly"], { cwd: root })).split("\n");
        const read = new Set(
            files.flatMap(
                (file) => /^node_modules\/(.*\/node_modules\/)?(@[^/]+\/)?[^/]+/.exec(relative(root, file))?.[0] ?? [],
            ),
        );
        expect([...read]).to.include.members(["node_modules/@pulumi/pulumi", "node_modules/@types/node"]);
        const missing = [...read].filter(
            (path) => packages[path]?.dev || packages[path]?.devOptional || !packages[path],
        );
        expect(missing).to.deep.equal([]);
        expect(packages["node_modules/typescript"]).not.to.have.any.keys("dev", "devOptional");
    });
});
