/**
 * What every plugin of the engine does: it serves gRPC on a free port of the loopback interface, prints the port, and ends
 * with the engine (sdk/go/common/resource/plugin/plugin.go reads the port from the first line).
 */
import * as grpc from "@grpc/grpc-js";

const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves `handlers` as `service`. Methods without a handler answer UNIMPLEMENTED, which the engine expects. */
export async function serve(
    service: grpc.ServiceDefinition,
    handlers: Readonly<Record<string, grpc.UntypedHandleCall>>,
): Promise<void> {
    const server = new grpc.Server(unlimited);
    const implementation: grpc.UntypedServiceImplementation = {};
    for (const [name, handler] of Object.entries(handlers)) {
        implementation[name] = handler;
    }
    server.addService(service, implementation);
    const port = await listen(server);
    // The engine is the parent. Without it, no calls follow.
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && process.exit(0), 2000).unref();
    process.stdout.write(`${port}\n`);
}

/** Binds the server to a free port of the loopback interface, and returns the port. */
export function listen(server: grpc.Server): Promise<number> {
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
            if (error) {
                reject(error);
            } else {
                resolve(port);
            }
        });
    });
}

/** Turns a function into a handler of a unary call. What it throws reaches the engine as the error. */
export function handleUnary<Request, Response>(
    implementation: (request: Request) => Promise<Response> | Response,
    toServiceError: (error: Error) => Partial<grpc.ServiceError> = (error) => ({
        code: grpc.status.UNKNOWN,
        details: error.message,
    }),
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        Promise.resolve()
            .then(() => implementation(call.request))
            .then(
                (response) => {
                    callback(null, response);
                },
                (error: unknown) => {
                    const known = error instanceof Error ? error : new Error(String(error));
                    callback(Object.assign(known, toServiceError(known)));
                },
            );
    };
}
