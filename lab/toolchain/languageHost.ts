/**
 * Stand-in for pulumi-language-nodejs: runs TypeScript and JavaScript programs with the program's own @pulumi/pulumi,
 * through the same entry points and arguments as the real host (sdk/nodejs/cmd/pulumi-language-nodejs/main.go). It
 * supports `pulumi up`, `preview`, `refresh` and `destroy`; it installs nothing and generates no code.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import type * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { handleUnary, serve } from "./plugin/server";

const engineAddress = process.argv
    .slice(2)
    .filter((argument) => !argument.startsWith("-"))
    .pop();

/**
 * The exit status of a program that has printed its error: cmd/run/run.ts,
 * `nodeJSProcessExitedAfterLoggingUserActionableMessage`.
 */
const alreadyReported = 32;

void serve(LanguageRuntimeService, {
    getPluginInfo: handleUnary(() => new PluginInfo()),
    // Nothing has to be installed in advance: plugins are on PATH, or the engine finds them when they are used.
    getRequiredPlugins: handleUnary(() => new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: handleUnary(() => new messages.GetRequiredPackagesResponse()),
    installDependencies: (call: grpc.ServerWritableStream<unknown, messages.InstallDependenciesResponse>) => {
        // Programs and plugins are run where their dependencies are installed.
        call.end();
    },
    run: handleUnary(run),
    runPlugin,
    cancel: handleUnary(() => new Empty()),
});

function run(request: messages.RunRequest): Promise<messages.RunResponse> {
    const info = request.getInfo();
    const programDirectory = info?.getProgramDirectory() ?? request.getPwd();
    const entryPoint = info?.getEntryPoint() ?? ".";
    const options = [
        ["--monitor", request.getMonitorAddress()],
        ["--engine", engineAddress ?? ""],
        ["--project", request.getProject()],
        ["--root-directory", info?.getRootDirectory() ?? programDirectory],
        ["--stack", request.getStack()],
        ["--pwd", request.getPwd()],
        ["--parallel", String(request.getParallel())],
        ["--organization", request.getOrganization()],
    ].filter(([, value]) => value !== "");
    const child = spawn(
        process.execPath,
        [
            resolveFrom(programDirectory, "@pulumi/pulumi/cmd/run"),
            ...options.flat(),
            ...(request.getDryrun() ? ["--dry-run"] : []),
            entryPoint === "." ? programDirectory : path.join(programDirectory, entryPoint),
            ...request.getArgsList(),
        ],
        {
            cwd: request.getPwd(),
            env: {
                ...process.env,
                ...typescriptEnvironment(info),
                PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
                PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
            },
            // The engine shows both streams of a host, but reads the port from standard output.
            stdio: ["ignore", 2, 2],
        },
    );
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (code, signal) => {
            const response = new messages.RunResponse();
            if (code === alreadyReported) {
                response.setBail(true);
            } else if (code !== 0) {
                response.setError(`Program exited with ${signal ? `signal ${signal}` : `non-zero exit code: ${code}`}`);
            }
            resolve(response);
        });
    });
}

/**
 * Runs a plugin that is a Node.js package, such as a component package, and passes its output on. Policy packs have their own
 * runner, which runs in the folder of the pack. Unlike the real host, this one does not wait for the stack's configuration in
 * order to pass it to a policy pack in the environment.
 */
function runPlugin(call: grpc.ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>): void {
    const request = call.request;
    const directory = request.getInfo()?.getProgramDirectory() ?? request.getProgram();
    const environment = Object.fromEntries(
        request.getEnvList().map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
    const isPolicyPack = request.getKind() === "analyzer";
    const args = request.getArgsList();
    const child = spawn(
        process.execPath,
        isPolicyPack
            ? [resolveFrom(directory, "@pulumi/pulumi/cmd/run-policy-pack"), ...args, directory]
            : [resolveFrom(directory, "@pulumi/pulumi/cmd/run-plugin"), directory, ...args],
        {
            cwd: isPolicyPack ? directory : request.getPwd(),
            env: { ...process.env, ...environment, ...typescriptEnvironment(request.getInfo()) },
            stdio: ["ignore", "pipe", "pipe"],
        },
    );
    child.stdout.on("data", (data: Buffer) => call.write(new messages.RunPluginResponse().setStdout(data)));
    child.stderr.on("data", (data: Buffer) => call.write(new messages.RunPluginResponse().setStderr(data)));
    child.on("close", (code) => {
        call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
        call.end();
    });
    // cspell:ignore cancelled
    call.on("cancelled", () => child.kill());
}

function typescriptEnvironment(info: messages.ProgramInfo | undefined): Record<string, string> {
    const options = info?.getOptions()?.toJavaScript() ?? {};
    const tsconfig = options["tsconfig"];
    return {
        PULUMI_NODEJS_TYPESCRIPT: options["typescript"] === false ? "false" : "true",
        ...(typeof tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig } : {}),
    };
}

function resolveFrom(directory: string, module: string): string {
    return createRequire(path.join(directory, "package.json")).resolve(module);
}
