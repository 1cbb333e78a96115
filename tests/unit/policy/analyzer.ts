/**
 * The policy pack as the engine runs it: a process of its own, which is told of each resource and then of the whole stack, over the
 * engine's own protocol (pulumi: pkg/resource/plugin/analyzer_plugin.go, pkg/resource/deploy/step_generator.go).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { conceal, type Registered } from "../recording";

export const packFolder = join(__dirname, "..", "..", "..", "policy");

/** A resource of a stack. */
export interface Given extends Pick<Registered, "type" | "name" | "inputs"> {
    /** Default: one without a parent. */
    readonly urn?: string;
    readonly parent?: string;
    readonly dependencies?: readonly string[];
    /** Settings of its provider. */
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
    /** What the pack says of a stack. */
    violations(resources: readonly Given[]): Promise<Violation[]>;
    /** What the pack makes of a resource's properties, each policy after the other. */
    remediations(resource: Given): Promise<unknown[]>;
    /** Sets levels and settings of policies, as `--policy-pack-config` does; what is not named is as in the pack. */
    configure(policies: Readonly<Record<string, { level: Level; settings?: Record<string, number> }>>): Promise<void>;
    info(): Promise<messages.AnalyzerInfo>;
}

/** For the tests of a suite. */
export function policyAnalyzer(): Analyzer {
    let pack: Pack | undefined;
    let client: AnalyzerClient;

    before("the policy pack runs", async function () {
        this.timeout("60s");
        pack = await startPack(packFolder);
        client = new AnalyzerClient(`127.0.0.1:${pack.port}`, grpc.credentials.createInsecure());
    });

    after("and ends", () => {
        if (pack) {
            client.close();
            pack.child.kill();
        }
    });

    const remediate = (resource: Given) =>
        answer<messages.RemediateResponse>((callback) => client.remediate(request(resource), callback));

    return {
        async violations(resources) {
            const found: Violation[] = [];
            for (const resource of resources) {
                await remediate(resource);
                const { diagnosticsList } = (
                    await answer<messages.AnalyzeResponse>((callback) => client.analyze(request(resource), callback))
                ).toObject();
                found.push(...diagnosticsList.map((diagnostic) => violation({ ...diagnostic, urn: urnOf(resource) })));
            }
            const stack = new messages.AnalyzeStackRequest().setResourcesList(resources.map(stackResource));
            const { diagnosticsList } = (
                await answer<messages.AnalyzeResponse>((callback) => client.analyzeStack(stack, callback))
            ).toObject();
            return [...found, ...diagnosticsList.map(violation)];
        },
        remediations: async (resource) =>
            (await remediate(resource)).getRemediationsList().map((one) => one.getProperties()?.toJavaScript()),
        async configure(policies) {
            const configuration = new messages.ConfigureAnalyzerRequest();
            for (const [policy, { level, settings }] of Object.entries(policies)) {
                const config = new messages.PolicyConfig()
                    .setEnforcementlevel(messages.EnforcementLevel[level])
                    .setProperties(Struct.fromJavaScript(settings ?? {}));
                configuration.getPolicyconfigMap().set(policy, config);
            }
            await answer((callback) => client.configure(configuration, callback));
        },
        info: () => answer((callback) => client.getAnalyzerInfo(new Empty(), callback)),
    };
}

interface Pack {
    readonly child: ChildProcess;
    readonly port: number;
}

/** Waits for the port that a pack prints; one that ends before fails with what it has printed. */
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
            reject(new Error(`the policy pack in ${folder} has ended with ${code}, before it was there:\n${printed}`));
        });
    });
    child.stderr.pipe(process.stderr);
    return { child, port };
}

function answer<Response>(send: (callback: grpc.requestCallback<Response>) => unknown): Promise<Response> {
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

function request(resource: Given): messages.AnalyzeRequest {
    return new messages.AnalyzeRequest()
        .setUrn(urnOf(resource))
        .setType(resource.type)
        .setName(resource.name)
        .setProperties(struct(resource.inputs))
        .setOptions(new messages.AnalyzerResourceOptions())
        .setProvider(provider(resource));
}

function stackResource(resource: Given): messages.AnalyzerResource {
    return new messages.AnalyzerResource()
        .setUrn(urnOf(resource))
        .setType(resource.type)
        .setName(resource.name)
        .setProperties(struct(resource.inputs))
        .setOptions(new messages.AnalyzerResourceOptions())
        .setProvider(provider(resource))
        .setParent(resource.parent ?? "")
        .setDependenciesList([...(resource.dependencies ?? [])]);
}

function provider({ provider: settings }: Given): messages.AnalyzerProviderResource | undefined {
    const type = "pulumi:providers:kubernetes";
    return (
        settings &&
        new messages.AnalyzerProviderResource()
            .setUrn(urnOf({ type, name: JSON.stringify(settings) }))
            .setType(type)
            .setProperties(struct(settings))
    );
}

function struct(properties: Record<string, unknown>): Struct {
    return Struct.fromJavaScript(conceal(properties) as Record<string, never>);
}

export function urnOf({ urn, type, name }: Pick<Given, "urn" | "type" | "name">): string {
    return urn ?? `urn:pulumi:stack::project::${type}::${name}`;
}

function violation({ policyname, enforcementlevel, urn, message }: messages.AnalyzeDiagnostic.AsObject): Violation {
    return {
        policy: policyname,
        level: levelOf(enforcementlevel),
        resource: urn.split("::").at(-1)!,
        message,
    };
}

export function levelOf(level: messages.EnforcementLevel): string {
    return Object.entries(messages.EnforcementLevel).find(([, number]) => number === level)![0];
}
