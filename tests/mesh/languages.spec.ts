/** Programs in other languages, which create the components through the package's plugin. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import type { ClientBundle, SidecarTlsTerminationArgs } from "../..";
import * as messages from "../../components/previews/messages";
import { mustRun } from "../../lab/command";
import { outsideClient, startClient } from "../../lab/demo/clients";
import { clusterToolchain } from "../../lab/toolchain";
import { type PulumiStack, writeProject } from "../../lab/toolchain/stack";
import { changes } from "./certificates/componentStack";
import { cleanUp } from "./cleanUp";
import { describeMesh } from "./describeMesh";
import { servedOutside } from "./outside";
import { changed } from "./steps";
import { temporaryStack, temporaryStackName, temporaryStateFolder } from "./temporaryStack";

const root = join(__dirname, "..", "..");
const examples = join(root, "examples");

describeMesh("a program in Python", (cluster) => {
    const example = join(examples, "python");
    const later = cleanUp();
    let stack: PulumiStack;
    let environment: Record<string, string>;

    /** The program starts the engine itself. */
    const deploy = async (command: "preview" | "up" | "destroy"): Promise<string> => {
        const { exitCode, stdout, stderr } = await cluster().run(
            "python3",
            [join(example, "deploy.py"), command, temporaryStackName],
            { env: environment, timeoutSeconds: 300 },
        );
        expect(exitCode, stdout + stderr).to.equal(0);
        return stdout;
    };

    before("Pulumi's SDK is installed from PyPI", async function () {
        this.timeout("5m");
        const packages = mkdtempSync(join(tmpdir(), "pulumi-python-"));
        later(async () => {
            rmSync(packages, { recursive: true });
        });
        const options = ["--quiet", "--disable-pip-version-check", "--no-warn-conflicts", "--target", packages];
        const requirements = join(example, "requirements.txt");
        await mustRun("python3", ["-m", "pip", "install", ...options, "--requirement", requirements], {
            timeoutSeconds: 300,
        });
        const state = temporaryStateFolder();
        stack = await temporaryStack(cluster(), example, state);
        environment = {
            ...(await clusterToolchain(cluster())),
            PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PYTHONPATH: packages,
        };
        await stack.pulumi(["config", "set", "--secret", "greeting", "good morning"]);
        later(async () => {
            await deploy("destroy");
            await stack.remove();
        });
    });

    it("creates a CA and a component that uses it, and the client is served", async function () {
        this.timeout("5m");
        const preview = await deploy("preview");
        const up = await deploy("up");
        for (const said of [preview, up]) {
            expect(said).to.match(/\+ 28 (to create|created)/);
            expect(said).not.to.include("PRIVATE KEY").and.not.to.include("good morning");
        }
        const outputs = (await stack.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
        await startClient(cluster(), outsideClient);
        await servedOutside(cluster(), "python", outputs);
    });

    it("passes a secret to the application, and keeps it encrypted in the state", async () => {
        const { stdout } = await cluster().run("kubectl", [
            "-n",
            "httpbin-python",
            "get",
            "deployment/httpbin",
            "-o",
            "jsonpath={.spec.template.spec.containers[0].env[0].value}",
        ]);
        expect(stdout).to.equal("good morning");
        const state = JSON.stringify(await stack.export());
        expect(state).not.to.include("good morning").and.not.to.include("PRIVATE KEY");
    });

    it("has no changes in a second preview", async function () {
        this.timeout("2m");
        expect(await deploy("preview")).to.match(/Resources:\s+28 unchanged/);
    });
});

describeMesh("a program in YAML", (cluster) => {
    const later = cleanUp();
    const state = temporaryStateFolder();
    let stack: PulumiStack;

    before("the stack exists", async () => {
        stack = await temporaryStack(cluster(), join(examples, "yaml"), state);
        later(async () => {
            await stack.mustRun("destroy");
            await stack.remove();
        });
    });

    it("creates a component, and the client is served", async function () {
        this.timeout("5m");
        await stack.mustRun("up");
        const outputs = (await stack.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
        await startClient(cluster(), outsideClient);
        await servedOutside(cluster(), "yaml", outputs);
    });

    it("has no changes in a second preview or after a refresh", async function () {
        this.timeout("2m");
        await stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });

    it("reports in a preview what happens to open connections", async function () {
        this.timeout("2m");
        const folder = mkdtempSync(join(tmpdir(), "yaml-"));
        later(async () => {
            rmSync(folder, { recursive: true });
        });
        const program = readFileSync(join(examples, "yaml", "Pulumi.yaml"), "utf8");
        const another = program.replace("kennethreitz/httpbin", "kennethreitz/httpbin:next").replace("../..", root);
        writeFileSync(join(folder, "Pulumi.yaml"), another);
        const preview = await (await temporaryStack(cluster(), folder, state)).mustRun("preview");
        expect(changes(preview)).to.deep.equal(["update httpbin-deployment"]);
        const said = preview.diagnostics.filter(({ urn }) => urn?.endsWith("SidecarTlsTermination::httpbin"));
        expect(said.map(({ message }) => message).join()).to.include(
            `httpbin-deployment: ${messages.pods.replaced(10)}`,
        );
    });

    it("can be continued in TypeScript without a change", async function () {
        this.timeout("2m");
        const folder = mkdtempSync(join(tmpdir(), "typescript-"));
        later(async () => {
            rmSync(folder, { recursive: true });
        });
        const { name, resources } = parse(readFileSync(join(examples, "yaml", "Pulumi.yaml"), "utf8")) as {
            name: string;
            resources: { httpbin: { properties: SidecarTlsTerminationArgs } };
        };
        writeProject(folder, name, join(__dirname, "programs", "chain"));
        const argumentsFile = join(folder, "arguments.json");
        writeFileSync(argumentsFile, JSON.stringify(resources.httpbin.properties));
        const typescript = await temporaryStack(cluster(), folder, state);
        const { steps } = await typescript
            .withEnvironment({ CHAIN_ARGUMENTS: argumentsFile })
            .mustRun("preview", ["--refresh"]);
        expect(changed(steps)).to.deep.equal([]);
        expect(steps.map(({ name: resource }) => resource)).to.include("httpbin-sidecar");
    });
});

/** Languages whose Pulumi host the lab does not have: tested only where the host and the compiler are installed. */
const others = [
    { example: "go", host: "pulumi-language-go", compiler: "go", prepare: ["go mod tidy", "go mod download"] },
    { example: "csharp", host: "pulumi-language-dotnet", compiler: "dotnet", prepare: ["dotnet restore"] },
].filter(({ host, compiler }) => isInstalled(host) && isInstalled(compiler));

if (others.length > 0) {
    describeMesh("a program in a language whose host is installed", (cluster) => {
        const later = cleanUp();
        for (const { example, prepare } of others) {
            it(`${example}: a preview creates the component`, async function () {
                this.timeout("15m");
                const folder = mkdtempSync(join(tmpdir(), `${example}-`));
                later(async () => {
                    rmSync(folder, { recursive: true });
                });
                cpSync(join(examples, example), folder, { recursive: true });
                // This runs outside the lab's network, because dependencies come from the language's package registry.
                const options = { cwd: folder, env: await clusterToolchain(cluster()), timeoutSeconds: 600 };
                await mustRun("pulumi", ["package", "add", root], options);
                for (const command of prepare) {
                    await mustRun("sh", ["-c", command], options);
                }
                const stack = await temporaryStack(cluster(), folder);
                later(() => stack.remove());
                const { steps } = await stack.mustRun("preview");
                const operations = new Set(steps.map(({ operation }) => operation));
                expect([...operations]).to.deep.equal(["create"]);
                expect(steps.map(({ type }) => type)).to.include("kubernetes:networking.istio.io/v1:Sidecar");
            });
        }
    });
}

function isInstalled(program: string): boolean {
    return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
