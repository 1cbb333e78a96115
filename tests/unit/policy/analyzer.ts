/**
 * The policy pack as the engine runs it: a separate process that receives each resource and then the whole stack over the engine's
 * protocol (pulumi: pkg/resource/plugin/analyzer_plugin.go, pkg/resource/deploy/step_generator.go).
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { conceal, type Registered } from "../recording";

export const packFolder = join(__dirname, "..", "..", "..", "policy");

/** A resource of a stack. */
export interface TestResource extends Pick<Registered, "type" | "name" | "inputs"> {
    /** Default: the URN of a resource without a parent. */
    readonly urn?: string;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
    /** Settings of the resource's provider. */
    readonly provider?: Record<string, unknown>;
}

export interface Violation {
    readonly policy: string;
    readonly level: string;
    readonly resource: string;
    readonly message: string;
}

type Level = keyof typeof messages.EnforcementLevel;

export interface Analyzer {
    /** The violations that the pack reports for a stack. */
    findViolations(resources: readonly TestResource[]): Promise<Violation[]>;
    /** The properties that the policies of the pack return for a resource, in order. */
    remediate(resource: TestResource): Promise<unknown[]>;
    /** Sets levels and settings of policies, as `--policy-pack-config` does; other policies keep those of the pack. */
    configure(policies: Readonly<Record<string, { level: Level; settings?: Record<string, number> }>>): Promise<void>;
    getInfo(): Promise<messages.AnalyzerInfo>;
}

/** An analyzer that runs during the tests of a suite. A suite that configures it sets it back. */
export function startAnalyzer(): Analyzer {
    let client: AnalyzerClient;

    before("start the policy pack", async function () {
        this.timeout("60s");
        sharedPack ??= shareStartedPack();
        client = new AnalyzerClient(`127.0.0.1:${(await sharedPack).port}`, grpc.credentials.createInsecure());
    });

    after("disconnect from the policy pack", () => {
        client.close();
    });

    const requestRemediation = (resource: TestResource) =>
        call<messages.RemediateResponse>((callback) => client.remediate(toRequest(resource), callback));

    return {
        async findViolations(resources) {
            const found: Violation[] = [];
            for (const resource of resources) {
                await requestRemediation(resource);
                const { diagnosticsList } = (
                    await call<messages.AnalyzeResponse>((callback) => client.analyze(toRequest(resource), callback))
                ).toObject();
                found.push(
                    ...diagnosticsList.map((diagnostic) => toViolation({ ...diagnostic, urn: formatUrn(resource) })),
                );
            }
            const stack = new messages.AnalyzeStackRequest().setResourcesList(resources.map(toStackResource));
            const { diagnosticsList } = (
                await call<messages.AnalyzeResponse>((callback) => client.analyzeStack(stack, callback))
            ).toObject();
            return [...found, ...diagnosticsList.map(toViolation)];
        },
        remediate: async (resource) =>
            (await requestRemediation(resource))
                .getRemediationsList()
                .map((one) => one.getProperties()?.toJavaScript()),
        async configure(policies) {
            const configuration = new messages.ConfigureAnalyzerRequest();
            for (const [policy, { level, settings }] of Object.entries(policies)) {
                const config = new messages.PolicyConfig()
                    .setEnforcementlevel(messages.EnforcementLevel[level])
                    .setProperties(Struct.fromJavaScript(settings ?? {}));
                configuration.getPolicyconfigMap().set(policy, config);
            }
            await call((callback) => client.configure(configuration, callback));
        },
        getInfo: () => call((callback) => client.getAnalyzerInfo(new Empty(), callback)),
    };
}

interface Pack {
    readonly child: ChildProcessByStdio<null, Readable, Readable>;
    readonly port: number;
}

/** One for all suites that a process of Mocha runs: each start takes two seconds. */
let sharedPack: Promise<Pack> | undefined;

/** The pack ends with this process, which does not wait for it. */
async function shareStartedPack(): Promise<Pack> {
    const pack = await startPack(packFolder);
    const { child } = pack;
    process.once("exit", () => child.kill());
    child.unref();
    for (const output of [child.stdout, child.stderr]) {
        if (output instanceof Socket) {
            output.unref();
        }
    }
    return pack;
}

/** Waits for the port that a pack prints. If the pack exits first, the error holds its output. */
export async function startPack(folder: string): Promise<Pack> {
    const runner = createRequire(join(packFolder, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [runner, "127.0.0.1:1", folder], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    const port = await new Promise<number>((resolve, reject) => {
        child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
        child.stdout.on("data", (text: Buffer) => {
            printed += text.toString();
            const [line] = /^[0-9]+$/m.exec(printed) ?? [];
            if (line !== undefined) {
                resolve(Number(line));
            }
        });
        child.once("error", reject);
        child.once("close", (code) => {
            reject(new Error(`the policy pack in ${folder} exited with ${code} before it was ready:\n${printed}`));
        });
    });
    child.stderr.pipe(process.stderr);
    return { child, port };
}

function call<Response>(send: (callback: grpc.requestCallback<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
        send((error, response) => {
            if (error) {
                reject(error);
            } else {
                resolve(response!);
            }
        });
    });
}

function toRequest(resource: TestResource): messages.AnalyzeRequest {
    return new messages.AnalyzeRequest()
        .setUrn(formatUrn(resource))
        .setType(resource.type)
        .setName(resource.name)
        .setProperties(toStruct(resource.inputs))
        .setOptions(new messages.AnalyzerResourceOptions())
        .setProvider(toProvider(resource));
}

function toStackResource(resource: TestResource): messages.AnalyzerResource {
    return new messages.AnalyzerResource()
        .setUrn(formatUrn(resource))
        .setType(resource.type)
        .setName(resource.name)
        .setProperties(toStruct(resource.inputs))
        .setOptions(new messages.AnalyzerResourceOptions())
        .setProvider(toProvider(resource))
        .setParent(resource.parent ?? "")
        .setDependenciesList([...(resource.dependencies ?? [])]);
}

function toProvider({ provider: settings }: TestResource): messages.AnalyzerProviderResource | undefined {
    const type = "pulumi:providers:kubernetes";
    return (
        settings &&
        new messages.AnalyzerProviderResource()
            .setUrn(formatUrn({ type, name: JSON.stringify(settings) }))
            .setType(type)
            .setProperties(toStruct(settings))
    );
}

function toStruct(properties: Record<string, unknown>): Struct {
    return Struct.fromJavaScript(conceal(properties) as Record<string, never>);
}

export function formatUrn({ urn, type, name }: Pick<TestResource, "urn" | "type" | "name">): string {
    return urn ?? `urn:pulumi:stack::project::${type}::${name}`;
}

function toViolation({ policyname, enforcementlevel, urn, message }: messages.AnalyzeDiagnostic.AsObject): Violation {
    return {
        policy: policyname,
        level: formatLevel(enforcementlevel),
        resource: urn.split("::").at(-1)!,
        message,
    };
}

export function formatLevel(level: messages.EnforcementLevel): string {
    return Object.entries(messages.EnforcementLevel).find(([, number]) => number === level)![0];
}
