/** What a program or a plugin finds instead of the engine: its two gRPC services, answered by Pulumi's own mocks. */
import * as grpc from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { GetRootResourceResponse, type LogRequest, SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { listen } from "../../../lab/toolchain/plugin/server";
import { mocks } from "../recording";

type Handler<Request> = grpc.handleUnaryCall<Request, unknown>;

/** What is used of the mocks' own monitor (sdk/nodejs/runtime/mocks.ts). */
type MockMonitor = Readonly<
    Record<"registerResource" | "readResource" | "getDeploymentInfo" | "registerPackage", MockMethod>
>;
type MockMethod = (request: unknown, callback: grpc.sendUnaryData<unknown>) => void;

/** The engine's side of one run. */
export class RecordingEngine {
    public readonly registrations: RegisterResourceRequest[] = [];
    /** Outputs of components by their URN. */
    public readonly outputs = new Map<string, Record<string, unknown>>();
    public readonly log: string[] = [];
    private rootUrn = "";

    private constructor(
        public readonly preview: boolean,
        private readonly server: grpc.Server,
        public readonly address: string,
    ) {}

    static async start(preview: boolean): Promise<RecordingEngine> {
        await pulumi.runtime.setMocks(mocks(preview), "project", "stack", preview);
        const server = new grpc.Server();
        const port = await listen(server);
        const engine = new RecordingEngine(preview, server, `127.0.0.1:${port}`);
        engine.serveMonitor(pulumi.runtime.getMonitor() as unknown as MockMonitor);
        engine.serveEngine();
        return engine;
    }

    stop(): void {
        this.server.forceShutdown();
    }

    private serveMonitor(monitor: MockMonitor): void {
        const registerResource: Handler<RegisterResourceRequest> = ({ request }, callback) => {
            this.registrations.push(request);
            monitor.registerResource(request, callback);
        };
        const registerResourceOutputs: Handler<RegisterResourceOutputsRequest> = ({ request }, callback) => {
            this.outputs.set(request.getUrn(), request.getOutputs()?.toJavaScript() ?? {});
            callback(null, new Empty());
        };
        const nothing: Handler<unknown> = (_, callback) => {
            callback(null, new Empty());
        };
        const passOn =
            (method: keyof MockMonitor): Handler<unknown> =>
            ({ request }, callback) => {
                monitor[method](request, callback);
            };
        this.server.addService(ResourceMonitorService, {
            registerResource,
            registerResourceOutputs,
            readResource: passOn("readResource"),
            getDeploymentInfo: passOn("getDeploymentInfo"),
            registerPackage: passOn("registerPackage"),
            registerResourceHook: nothing,
            signalAndWaitForShutdown: nothing,
        });
    }

    private serveEngine(): void {
        const log: Handler<LogRequest> = ({ request }, callback) => {
            this.log.push(request.getMessage());
            callback(null, new Empty());
        };
        const getRootResource: Handler<unknown> = (_, callback) => {
            const response = new GetRootResourceResponse();
            response.setUrn(this.rootUrn);
            callback(null, response);
        };
        const setRootResource: Handler<{ getUrn(): string }> = ({ request }, callback) => {
            this.rootUrn = request.getUrn();
            callback(null, new SetRootResourceResponse());
        };
        this.server.addService(EngineService, {
            log,
            getRootResource,
            setRootResource,
        });
    }
}
