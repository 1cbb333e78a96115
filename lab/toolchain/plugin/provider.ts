/**
 * The engine's resource provider protocol (proto/pulumi/provider.proto) between a stand-in, which thinks in plain JSON,
 * and the wire.
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
import { serve, unary } from "./server";
import { type ChangeRequest, type Difference, InitializationError, type Log, type StandIn, typeOf } from "./standIn";
import type { Properties } from "./values";

export async function serveProvider(create: (log: Log) => StandIn): Promise<void> {
    const log = engineLog(process.argv[2]);
    const standIn = create(log);
    await serve(ResourceProviderService, {
        getPluginInfo: unary(() => new PluginInfo().setVersion(standIn.version)),
        checkConfig: unary((request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(request.getNews()),
        ),
        diffConfig: unary(() => new messages.DiffResponse().setChanges(messages.DiffResponse.DiffChanges.DIFF_UNKNOWN)),
        configure: unary(async (request: messages.ConfigureRequest) => {
            await standIn.configure(plain(request.getArgs()));
            return new messages.ConfigureResponse()
                .setAcceptsecrets(true)
                .setAcceptresources(false)
                .setAcceptoutputs(false)
                .setSupportspreview(true);
        }),
        invoke: unary((request: messages.InvokeRequest) => {
            if (standIn.invoke === undefined) {
                throw new Error(`${request.getTok()}: this stand-in for a provider plugin has no functions`);
            }
            const result = standIn.invoke(request.getTok(), plain(request.getArgs()));
            return new messages.InvokeResponse().setReturn(wire(result));
        }),
        check: unary(async (request: messages.CheckRequest) =>
            new messages.CheckResponse().setInputs(
                wire(
                    await standIn.check({
                        urn: request.getUrn(),
                        type: typeOf(request.getUrn()),
                        olds: plain(request.getOlds()),
                        news: plain(request.getNews()),
                        randomSeed: request.getRandomseed_asU8(),
                    }),
                ),
            ),
        ),
        diff: unary(async (request: messages.DiffRequest) =>
            diffResponse(
                await standIn.diff(
                    changeRequest(request, {
                        olds: plain(request.getOlds()),
                        news: plain(request.getNews()),
                        ignoreChanges: request.getIgnorechangesList(),
                    }),
                ),
            ),
        ),
        create: unary(async (request: messages.CreateRequest) => {
            const state = await standIn.create(
                changeRequest(request, {
                    news: plain(request.getProperties()),
                    preview: request.getPreview(),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            return new messages.CreateResponse().setId(state.id).setProperties(wire(state.properties));
        }, toServiceError),
        read: unary(async (request: messages.ReadRequest) => {
            const state = await standIn.read(
                changeRequest(request, { olds: plain(request.getProperties()), news: plain(request.getInputs()) }),
            );
            const response = new messages.ReadResponse();
            return state === undefined
                ? response
                : response
                      .setId(state.id)
                      .setProperties(wire(state.properties))
                      .setInputs(wire(state.inputs ?? plain(request.getInputs())));
        }, toServiceError),
        update: unary(async (request: messages.UpdateRequest) => {
            const state = await standIn.update(
                changeRequest(request, {
                    olds: plain(request.getOlds()),
                    news: plain(request.getNews()),
                    ignoreChanges: request.getIgnorechangesList(),
                    preview: request.getPreview(),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            return new messages.UpdateResponse().setProperties(wire(state.properties));
        }, toServiceError),
        delete: unary(async (request: messages.DeleteRequest) => {
            await standIn.delete(
                changeRequest(request, {
                    olds: plain(request.getProperties()),
                    timeoutSeconds: request.getTimeout(),
                }),
            );
            return new Empty();
        }, toServiceError),
        cancel: unary(() => {
            standIn.cancel();
            return new Empty();
        }),
    });
}

function changeRequest(request: { getUrn(): string; getId?(): string }, rest: Partial<ChangeRequest>): ChangeRequest {
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

function plain(struct: Struct | undefined): Properties {
    return struct?.toJavaScript() ?? {};
}

function wire(properties: Properties): Struct {
    return Struct.fromJavaScript(properties);
}

function diffResponse(difference: Difference): messages.DiffResponse {
    const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
    const { changes, furtherReplaces = [], deleteBeforeReplace = false, namesOnly = false } = difference;
    const replaces = [...changes.filter((change) => change.replaces).map(({ path }) => path), ...furtherReplaces];
    const response = new messages.DiffResponse()
        .setChanges(changes.length + furtherReplaces.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDeletebeforereplace(deleteBeforeReplace);
    if (namesOnly) {
        return response.setDiffsList(topNames(changes.map(({ path }) => path))).setReplacesList(topNames(replaces));
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

/** `subject` for `subject.commonName`, `dnsNames` for `dnsNames[1]`. */
function topNames(paths: readonly string[]): string[] {
    return [...new Set(paths.map((path) => path.replace(/[.[].*/s, "")))];
}

function toServiceError(error: Error): Partial<grpc.ServiceError> {
    const metadata = new grpc.Metadata();
    if (error instanceof InitializationError) {
        const detail = new messages.ErrorResourceInitFailed()
            .setId(error.state.id)
            .setProperties(wire(error.state.properties))
            .setReasonsList([...error.reasons]);
        if (error.state.inputs !== undefined) {
            detail.setInputs(wire(error.state.inputs));
        }
        const any = new Any();
        any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
        const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
        status.addDetails(any);
        metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    }
    return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}

function engineLog(address: string | undefined): Log {
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
        // A message that does not arrive is no reason to fail: the engine may be on its way out.
        engine.log(request, () => undefined);
    };
}
