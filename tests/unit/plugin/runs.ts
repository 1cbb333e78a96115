/** One component made in both ways: by a program that imports the package, and by the plugin that other languages use. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
    ConstructRequest,
    type ConstructResponse,
    GetSchemaRequest,
    type GetSchemaResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RecordingEngine } from "./engine";
import { asOutputValues, dependsOnSource, sourceUrn } from "./inputs";

const { program } = require("./program") as { program: (component: ComponentCase) => void };
/** What is used of a class that the SDK keeps to itself. */
const { LanguageServer } = require("@pulumi/pulumi/automation/server") as {
    LanguageServer: new (program: () => Promise<object>) => {
        run(call: { readonly request: RunRequest }, callback: (error: Error | undefined) => void): void;
    };
};

const root = join(__dirname, "..", "..", "..");
const pulumiCommands = join("node_modules", "@pulumi", "pulumi", "cmd");
const stackUrn = "urn:pulumi:stack::project::pulumi:pulumi:Stack::project-stack";

/** A component with its options as both ways take them. */
export interface ComponentCase {
    readonly className: string;
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
    /** As resource option. */
    readonly dependsOnSource?: boolean;
    readonly customTimeouts?: { readonly create: string };
}

/** What a run told the engine. */
export interface Made {
    /** Each registration below the component, without what differs by where the code stands. */
    readonly resources: Readonly<Record<string, unknown>>;
    readonly outputs: unknown;
}

/**
 * The npm way, by the SDK's runner of programs that start the engine themselves (`LocalWorkspace`, sdk/nodejs/automation/server.ts):
 * it runs them in their own process, which saves a start of Node.js and the SDK for each.
 */
export async function makeByProgram(component: ComponentCase, preview: boolean): Promise<Made> {
    const engine = await RecordingEngine.start(preview);
    try {
        const request = new RunRequest();
        request.setProject("project");
        request.setStack("stack");
        request.setParallel(10);
        request.setMonitorAddress(engine.address);
        request.setArgsList([engine.address]);
        request.setDryrun(preview);
        // As it reaches a program by the environment.
        const given = JSON.parse(JSON.stringify(component)) as ComponentCase;
        const server = new LanguageServer(async () => {
            program(given);
            return {};
        });
        await new Promise<void>((resolve, reject) => {
            server.run({ request }, (error) => {
                if (error) {
                    reject(new Error(`${error.message}: ${engine.log.join("\n")}`));
                } else {
                    resolve();
                }
            });
        });
        return made(engine, component);
    } finally {
        engine.stop();
    }
}

/** The npm way, by the command that the engine's language host starts for a program. */
export async function makeByCommand(component: ComponentCase, preview: boolean): Promise<Made> {
    const engine = await RecordingEngine.start(preview);
    try {
        const options = { monitor: engine.address, engine: engine.address, project: "project", stack: "stack" };
        const started = spawn(
            process.execPath,
            [
                join(root, pulumiCommands, "run"),
                ...Object.entries({ ...options, pwd: root }).flatMap(([option, value]) => [`--${option}`, value]),
                ...(preview ? ["--dry-run"] : []),
                join(__dirname, "program"),
            ],
            {
                cwd: root,
                env: { ...process.env, COMPONENT: JSON.stringify(component) },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        const said = outputOf(started);
        const code = await new Promise((resolve) => started.on("close", resolve));
        if (code !== 0) {
            throw new Error(`the program ended with ${String(code)}: ${said().join("")}${engine.log.join("\n")}`);
        }
        return made(engine, component);
    } finally {
        engine.stop();
    }
}

/** The plugin, started as the engine's language host starts it. */
export class Plugin {
    private constructor(
        private readonly process: ChildProcessByStdio<null, Readable, Readable>,
        private readonly client: ResourceProviderClient,
    ) {}

    /** The package in a folder, under a Node.js and with the SDK of another folder's node_modules. */
    static async start(folder = root, node = process.execPath, installation = root): Promise<Plugin> {
        const runPlugin = join(installation, pulumiCommands, "run-plugin");
        // The plugin does not call the engine, whose address is the last argument, before it constructs a component.
        // Without stackTraces.js, stack traces take a third of the time.
        const started = spawn(
            node,
            ["--require", join(__dirname, "..", "stackTraces.js"), runPlugin, folder, "127.0.0.1:1"],
            {
                cwd: folder,
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        const said = outputOf(started);
        const port = await new Promise<string>((resolve, reject) => {
            createInterface({ input: started.stdout }).once("line", resolve);
            started.on("close", (code) => {
                reject(new Error(`the plugin ended with ${String(code)}: ${said().join("")}`));
            });
        });
        const limits = { "grpc.max_receive_message_length": -1 };
        const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), limits);
        return new Plugin(started, client);
    }

    async schema(): Promise<string> {
        const response = await new Promise<GetSchemaResponse>((resolve, reject) => {
            this.client.getSchema(new GetSchemaRequest(), (error: Error | null, answer: GetSchemaResponse) => {
                if (error) {
                    reject(error);
                } else {
                    resolve(answer);
                }
            });
        });
        return response.getSchema();
    }

    /** The plugin's way; fails with the error that the engine would get. */
    async make(component: ComponentCase, preview: boolean): Promise<Made> {
        const engine = await RecordingEngine.start(preview);
        try {
            const response = await this.construct(component, engine);
            return { ...made(engine, component), outputs: response.getState()?.toJavaScript() };
        } finally {
            engine.stop();
        }
    }

    /** One of the components of a run. */
    construct(component: ComponentCase, engine: RecordingEngine): Promise<ConstructResponse> {
        return new Promise((resolve, reject) => {
            const request = constructRequest(component, engine);
            this.client.construct(request, (error: Error | null, answer: ConstructResponse) => {
                if (error) {
                    reject(error);
                } else {
                    resolve(answer);
                }
            });
        });
    }

    async stop(): Promise<void> {
        this.client.close();
        const ended = new Promise((resolve) => this.process.on("close", resolve));
        this.process.kill();
        await ended;
    }
}

function constructRequest(component: ComponentCase, engine: RecordingEngine): ConstructRequest {
    const request = new ConstructRequest();
    request.setProject("project");
    request.setStack("stack");
    request.setDryrun(engine.preview);
    request.setParallel(10);
    request.setMonitorendpoint(engine.address);
    request.setType(`istio-sidecar-tls:index:${component.className}`);
    request.setName(component.name);
    request.setParent(stackUrn);
    request.setAcceptsOutputValues(true);
    request.setInputs(Struct.fromJavaScript(asOutputValues(component.args, engine.preview) as Record<string, never>));
    for (const [key, value] of Object.entries(component.args)) {
        const dependencies = new ConstructRequest.PropertyDependencies();
        dependencies.setUrnsList(dependsOnSource(value) ? [sourceUrn] : []);
        request.getInputdependenciesMap().set(key, dependencies);
    }
    if (component.dependsOnSource) {
        request.setDependenciesList([sourceUrn]);
    }
    if (component.customTimeouts) {
        const timeouts = new ConstructRequest.CustomTimeouts();
        timeouts.setCreate(component.customTimeouts.create);
        request.setCustomtimeouts(timeouts);
    }
    return request;
}

function made(engine: RecordingEngine, { className, name }: ComponentCase): Made {
    const below = engine.registrations.filter(
        (request) => request.getParent() !== "" && request.getType() !== "tests:index:Source",
    );
    const urn = `${stackUrn.replace(/::[^:]*$/, "")}$istio-sidecar-tls:index:${className}::${name}`;
    return {
        resources: Object.fromEntries(
            below.map((request) => [`${request.getType()} ${request.getName()}`, told(request)]),
        ),
        outputs: engine.outputs.get(urn),
    };
}

/** All that the engine is told, but for where in which file it was. */
function told(request: RegisterResourceRequest): object {
    const fields = request.toObject();
    return {
        ...fields,
        sourceposition: undefined,
        stacktrace: undefined,
        object: request.getObject()?.toJavaScript(),
        // Their names end with an identifier that no other has.
        resourceHooks: fields.hooks?.beforeUpdateList.map((name) => name.slice(0, -36)),
        hooks: undefined,
        // Where a program says nothing, a plugin says no.
        protect: fields.protect ?? false,
        retainondelete: fields.retainondelete ?? false,
    };
}

function outputOf(child: ChildProcessByStdio<null, Readable, Readable>): () => readonly string[] {
    const said: string[] = [];
    child.stdout.on("data", (data: Buffer) => said.push(data.toString()));
    child.stderr.on("data", (data: Buffer) => said.push(data.toString()));
    return () => said;
}
