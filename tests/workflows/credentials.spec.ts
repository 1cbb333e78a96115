/** Runs the step of the workflows that gives later steps access to the cluster. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { mustRun } from "../../lab/command";
import { workflows } from "./workflows";

describe("the step for the credentials of the cluster", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-credentials-"));
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const scripts = workflows.flatMap(({ file, jobs }) =>
        Object.values(jobs).flatMap(({ steps }) =>
            (steps ?? [])
                .filter(({ name }) => name === "Set up cluster credentials")
                .map(({ run }) => ({ file, run: run! })),
        ),
    );

    it("is in each workflow that users copy", () => {
        expect(scripts.map(({ file }) => file)).to.have.members([
            "deploy.yaml",
            "preview.yaml",
            "renew-certificates.yaml",
        ]);
    });

    for (const { file, run } of scripts) {
        it(`writes a kubeconfig that only its owner can read, and passes its path to later steps: ${file}`, async () => {
            const environment = join(folder, "environment");
            const kubeconfig = join(folder, "kubeconfig");
            const content = 'apiVersion: v1\nkind: Config\nusers: [{ name: "a b", user: { token: "$HOME%s" } }]\n';
            // GitHub's runners on Linux start a step's script this way.
            await mustRun("bash", ["-e", "-c", run], {
                env: { CREDENTIALS: content, RUNNER_TEMP: folder, GITHUB_ENV: environment },
            });
            expect(readFileSync(kubeconfig, "utf8")).to.equal(content);
            expect(statSync(kubeconfig).mode & 0o777).to.equal(0o600);
            expect(readFileSync(environment, "utf8")).to.equal(`KUBECONFIG=${kubeconfig}\n`);
        });
    }
});
