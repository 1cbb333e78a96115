/** Projects as `pulumi new` lays them out, with this package installed, and their programs run as `pulumi up` runs them. */
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import ts from "typescript";
import { mustRun, runCommand } from "../../lab/command";
import { RecordingEngine } from "../unit/plugin/engine";
import { install } from "./consumer";
import { root } from "./pack";

/** The template's name, and for TypeScript the moduleResolution of its tsconfig.json: "node" until March 2026. */
export const layouts = [
    "kubernetes-typescript, nodenext",
    "kubernetes-typescript, node",
    "kubernetes-javascript",
] as const;
export type Layout = (typeof layouts)[number];

/** The project's own TypeScript, as a range of major versions. */
export const typescripts = ["none", "5", "6"] as const;
export type TypeScript = (typeof typescripts)[number];

/** What `yarn` installs from npm is Yarn 1; Yarn 4, which is maintained, lays out node_modules in another way. */
export const managers = ["npm", "pnpm", "yarn 1", "yarn 4"] as const;
export type Manager = (typeof managers)[number];

export interface Project {
    readonly layout: Layout;
    readonly typescript: TypeScript;
    readonly manager: Manager;
}

/** pnpm and both Yarns, installed from npm into one folder. */
export async function installManagers(folder: string): Promise<void> {
    await install(folder, { dependencies: { pnpm: "12", yarn: "1", "@yarnpkg/cli-dist": "4" } }, ["--ignore-scripts"]);
}

/**
 * Lays out a project and installs what its package.json names, which is the newest that the templates allow; returns what the
 * package manager said. Scripts do not run:
 * that of @pulumi/kubernetes asks the Pulumi CLI to download its plugin. The caches are those of the user.
 *
 * @param node program of the Node.js under which the package manager runs
 */
export async function installProject(
    folder: string,
    { layout, typescript, manager }: Project,
    tarball: string,
    tools: string,
    node: string,
): Promise<string> {
    mkdirSync(folder, { recursive: true });
    const isTypeScript = layout !== "kubernetes-javascript";
    writeJson(join(folder, "package.json"), {
        name: "shop",
        main: isTypeScript ? "index.ts" : "index.js",
        devDependencies: {
            ...(isTypeScript ? { "@types/node": "^18" } : {}),
            ...(typescript === "none" ? {} : { typescript: `^${typescript}.0.0` }),
        },
        dependencies: {
            "@pulumi/kubernetes": "^4.0.0",
            "@pulumi/pulumi": isTypeScript ? "^3.113.0" : "^3.0.0",
            "istio-sidecar-tls": `file:${tarball}`,
        },
    });
    writeProgram(folder, isTypeScript);
    if (isTypeScript) {
        writeConfiguration(folder, layout.endsWith("nodenext") ? "nodenext" : "node");
    }
    const registry = (await mustRun("npm", ["config", "get", "registry"], { cwd: folder })).trim();
    const env = { PATH: [dirname(node), process.env["PATH"]].join(delimiter), npm_config_registry: registry };
    const [command, args, settings] = installCommand(manager, tools, node, registry);
    if (manager === "yarn 4") {
        // Else Yarn looks for the project in the folders above.
        writeFileSync(join(folder, "yarn.lock"), "");
    }
    const options = { cwd: folder, env: { ...env, ...settings }, timeoutSeconds: 600 };
    const { exitCode, stdout, stderr } = await runCommand(command, args, options);
    if (exitCode !== 0) {
        throw new Error(`${manager} failed (${exitCode}):\n${stdout}${stderr}`);
    }
    if (manager === "npm") {
        await mustRun("npm", ["ls", "--all"], options);
    }
    return stdout + stderr;
}

function installCommand(
    manager: Manager,
    tools: string,
    node: string,
    registry: string,
): [command: string, args: string[], environment: Record<string, string>] {
    const modules = join(tools, "node_modules");
    switch (manager) {
        case "npm":
            return ["npm", ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], {}];
        case "pnpm":
            return [join(modules, ".bin", "pnpm"), ["install", "--prefer-offline", "--ignore-scripts"], {}];
        case "yarn 1": {
            const args = ["install", "--prefer-offline", "--ignore-scripts", "--no-progress", "--non-interactive"];
            return [node, [join(modules, "yarn", "bin", "yarn.js"), ...args], {}];
        }
        case "yarn 4":
            return [
                node,
                [join(modules, "@yarnpkg", "cli-dist", "bin", "yarn.js"), "install"],
                {
                    // Pulumi looks for its SDK in node_modules.
                    YARN_NODE_LINKER: "node-modules",
                    YARN_NM_MODE: "hardlinks-global",
                    YARN_ENABLE_SCRIPTS: "false",
                    YARN_ENABLE_TELEMETRY: "false",
                    // In CI Yarn expects a complete yarn.lock.
                    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
                    YARN_ENABLE_HARDENED_MODE: "false",
                    YARN_NPM_REGISTRY_SERVER: registry,
                },
            ];
    }
}

/** The README's program. */
function writeProgram(folder: string, isTypeScript: boolean): void {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block!);
    const program = blocks.find((block) => block.includes('new SidecarTlsTermination("httpbin"'));
    if (program === undefined) {
        throw new Error("README.md has no program of a SidecarTlsTermination named httpbin");
    }
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
    const [file, text] = isTypeScript
        ? ["index.ts", program]
        : ["index.js", ts.transpileModule(program, { compilerOptions }).outputText];
    writeFileSync(join(folder, file), text);
}

/** The templates' tsconfig.json. */
export function writeConfiguration(folder: string, moduleResolution: "nodenext" | "node", more: object = {}): void {
    writeJson(join(folder, "tsconfig.json"), {
        compilerOptions: {
            strict: true,
            outDir: "bin",
            target: "es2020",
            module: moduleResolution === "nodenext" ? "nodenext" : "commonjs",
            moduleResolution,
            sourceMap: true,
            experimentalDecorators: true,
            pretty: true,
            noFallthroughCasesInSwitch: true,
            noImplicitReturns: true,
            forceConsistentCasingInFileNames: true,
            ...more,
        },
        files: ["index.ts"],
    });
}

function writeJson(file: string, value: object): void {
    writeFileSync(file, JSON.stringify(value, undefined, 4));
}

/** The version of a package that the project's copy of Pulumi's SDK loads. */
export function versionSeenBySdk(folder: string, name: string): string {
    const sdk = createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/package.json");
    return (createRequire(sdk)(`${name}/package.json`) as { version: string }).version;
}

/** The folder whose node_modules has the SDK with which the package runs as a plugin, as the language host looks it up. */
export function installationOfPlugin(plugin: string): string {
    const sdk = createRequire(join(realpathSync(plugin), "package.json")).resolve("@pulumi/pulumi/package.json");
    return join(dirname(sdk), "..", "..", "..");
}

export interface Run {
    readonly exitCode: number;
    /** What it printed, and what it told the engine to log. */
    readonly log: string;
    /** Type and name of each registered resource. */
    readonly resources: readonly string[];
    /** The stack's. */
    readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Runs the project's program as Pulumi's language host does (sdk/nodejs/cmd/pulumi-language-nodejs/main.go), against mocks.
 *
 * @param typescript option `typescript` of the runtime in Pulumi.yaml; true where it is not set
 */
export async function runProject(folder: string, node: string, typescript: boolean): Promise<Run> {
    const engine = await RecordingEngine.start(false);
    try {
        const sdk = createRequire(join(folder, "package.json"));
        const options = { monitor: engine.address, engine: engine.address, project: "shop", stack: "dev", pwd: folder };
        const { exitCode, stdout, stderr } = await runCommand(
            node,
            [
                sdk.resolve("@pulumi/pulumi/cmd/run"),
                ...Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]),
                ".",
            ],
            { cwd: folder, env: { PULUMI_NODEJS_TYPESCRIPT: String(typescript) } },
        );
        const stack = [...engine.outputs].find(([urn]) => urn.includes("::pulumi:pulumi:Stack::"));
        return {
            exitCode,
            log: [stdout, stderr, ...engine.log].join("\n"),
            resources: engine.registrations.map((request) => `${request.getType()} ${request.getName()}`),
            outputs: stack?.[1] ?? {},
        };
    } finally {
        engine.stop();
    }
}
