/**
 * Serves a stand-in, which uses plain JSON, through the engine's resource provider protocol
 * (proto/pulumi/provider.proto).
 */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { handleUnary, serve } from "./server";
import { type ChangeRequest, type Difference, InitializationError, type Log, type StandIn, typeOf } from "./standIn";
import type { Properties } from "./values";

export async function serveProvider(create: (log: Log) => StandIn): Promise<void> {
    const standIn = create(createLog(process.argv[2]));
    await serve(ResourceProviderService, { ...providerHandlers(standIn), ...resourceHandlers(standIn) });
}

type Handlers = Readonly<Record<string, grpc.UntypedHandleCall>>;

function providerHandlers(standIn: StandIn): Handlers {
    return {
        getPluginInfo: handleUnary(() => new PluginInfo().setVersion(standIn.version)),
        checkConfig: handleUnary((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: handleUnary(() =>
            new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_UNKNOWN),
        ),
        configure: handleUnary(async (request: messages.ConfigureRequest) => {
            await standIn.configure(fromStruct(request.getArgs()));
            return new messages.ConfigureResponse()
                .setAcceptsecrets(true)
                .setAcceptresources(false)
                .setAcceptoutputs(false)
                .setSupportspreview(true);
        }),
        invoke: handleUnary((request: messages.InvokeRequest) => {
            if (standIn.invoke === undefined) {
                throw new Error(`${request.getTok()}: this stand-in for a provider plugin supports no functions`);
            }
            const result = standIn.invoke(request.getTok(), fromStruct(request.getArgs()));
            return new messages.InvokeResponse().setReturn(toStruct(result));
        }),
        cancel: handleUnary(() => {
            standIn.cancel();
            return new Empty();
        }),
    };
}

function resourceHandlers(standIn: StandIn): Handlers {
    return {
        check: handleUnary(async (request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(
                toStruct(
                    await standIn.check({
                        urn: request.getUrn(),
                        type: typeOf(request.getUrn()),
                        olds: fromStruct(request.getOlds()),
                        news: fromStruct(request.getNews()),
                        randomSeed: request.getRandomseed_asU8(),
                    }),
                ),
            ),
        ),
        diff: handleUnary(async (request: messages.DiffRequest) =>
            toDiffResponse(
                await standIn.diff(
                    toChangeRequest(request, {
                        olds: fromStruct(request.getOlds()),
                        news: fromStruct(request.getNews()),
                        ignoreChanges: request.getIgnorechangesList(),
                    }),
                ),
            ),
        ),
        create: handleUnary(async (request: messages.CreateRequest) => {
            const state = await standIn.create(
                toChangeRequest(request, {
                    news: fromStruct(request.getProperties()),
                    preview: request.getPreview(),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            return new messages.CreateResponse().setId(state.id).setProperties(toStruct(state.properties));
        }, toServiceError),
        read: handleUnary(async (request: messages.ReadRequest) => {
            const state = await standIn.read(
                toChangeRequest(request, {
                    olds: fromStruct(request.getProperties()),
                    news: fromStruct(request.getInputs()),
                }),
            );
            const response = new messages.ReadResponse();
            return state === undefined
                ? response
                : response
                      .setId(state.id)
                      .setProperties(toStruct(state.properties))
                      .setInputs(toStruct(state.inputs ?? fromStruct(request.getInputs())));
        }, toServiceError),
        update: handleUnary(async (request: messages.UpdateRequest) => {
            const state = await standIn.update(
                toChangeRequest(request, {
                    olds: fromStruct(request.getOlds()),
                    news: fromStruct(request.getNews()),
                    ignoreChanges: request.getIgnorechangesList(),
                    preview: request.getPreview(),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            return new messages.UpdateResponse().setProperties(toStruct(state.properties));
        }, toServiceError),
        delete: handleUnary(async (request: messages.DeleteRequest) => {
            await standIn.delete(
                toChangeRequest(request, {
                    olds: fromStruct(request.getProperties()),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            return new Empty();
        }, toServiceError),
    };
}

function toChangeRequest(request: { getUrn(): string; getId?(): string }, rest: Partial<ChangeRequest>): ChangeRequest {
    const urn = request.getUrn();
    return {
        urn,
        type: typeOf(urn),
        id: request.getId?.() ?? "",
        olds: {},
        news: {},
        ignoreChanges: [],
        preview: false,
        timeoutSeconds: 0,
        ...rest,
    };
}

function fromStruct(struct: Struct | undefined): Properties {
    return struct?.toJavaScript() ?? {};
}

function toStruct(properties: Properties): Struct {
    return Struct.fromJavaScript(properties);
}

function toDiffResponse(difference: Difference): messages.DiffResponse {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const { changes, furtherReplaces = [], deleteBeforeReplace = false, namesOnly = false } = difference;
    const replaces = [...changes.filter((change) => change.replaces).map(({ path }) => path), ...furtherReplaces];
    const response = new messages.DiffResponse()
        .setChanges(changes.length + furtherReplaces.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDeletebeforereplace(deleteBeforeReplace);
    if (namesOnly) {
        return response.setDiffsList(toTopNames(changes.map(({ path }) => path))).setReplacesList(toTopNames(replaces));
    }
    response.setHasdetaileddiff(true).setReplacesList(replaces);
    for (const change of changes) {
        const kind = change.kind.toUpperCase() as "ADD" | "DELETE" | "UPDATE";
        response
            .getDetaileddiffMap()
            .set(
                change.path,
                new messages.PropertyDiff()
                    .setKind(messages.PropertyDiff.Kind[change.replaces ? (`${kind}_REPLACE` as const) : kind])
                    .setInputdiff(change.inputDiff ?? false),
            );
    }
    return response;
}

/** The top-level names of paths: `subject` for `subject.commonName`, `dnsNames` for `dnsNames[1]`. */
function toTopNames(paths: readonly string[]): string[] {
    return [...new Set(paths.map((path) => path.replace(/[.[].*/s, "")))];
}

function toServiceError(error: Error): Partial<grpc.ServiceError> {
    const metadata = new grpc.Metadata();
    if (error instanceof InitializationError) {
        const detail = new messages.ErrorResourceInitFailed()
            .setId(error.state.id)
            .setProperties(toStruct(error.state.properties))
            .setReasonsList([...error.reasons]);
        if (error.state.inputs !== undefined) {
            detail.setInputs(toStruct(error.state.inputs));
        }
        const any = new Any();
        any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
        const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
        status.addDetails(any);
        metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    }
    return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

function createLog(address: string | undefined): Log {
    if (address === undefined) {
        return () => undefined;
    }
    const engine = new EngineClient(address, grpc.credentials.createInsecure());
    const severities = { debug: LogSeverity.DEBUG, info: LogSeverity.INFO, warning: LogSeverity.WARNING };
    return (severity, message, urn = "", ephemeral = false) => {
        const request = new LogRequest()
            .setSeverity(severities[severity])
            .setMessage(message)
            .setUrn(urn)
            .setEphemeral(ephemeral);
        // An undelivered message is no reason to fail, because the engine may be ending.
        engine.log(request, () => undefined);
    };
}
