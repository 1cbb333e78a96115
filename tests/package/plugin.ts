/** A folder as a source-based plugin: what `pulumi package add` starts and asks. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest, type GetSchemaResponse } from "@pulumi/pulumi/proto/provider_pb";

/** The schema that the plugin tells; `folder` holds node_modules with Pulumi's SDK. */
export async function schemaOf(node: string, folder: string, plugin: string): Promise<unknown> {
    // The last argument is the engine's address, at which a plugin that is asked for its schema never calls.
    const args = ["node_modules/@pulumi/pulumi/cmd/run-plugin", plugin, "127.0.0.1:1"];
    const child = spawn(node, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(child, "exit");
    try {
        const lines = createInterface(child.stdout);
        const [port] = (await once(lines, "line", { signal: AbortSignal.timeout(60_000) })) as [string];
        return JSON.parse((await getSchema(`127.0.0.1:${port}`)).getSchema());
    } finally {
        child.kill();
        await ended;
    }
}

async function getSchema(address: string): Promise<GetSchemaResponse> {
    const client = new ResourceProviderClient(address, credentials.createInsecure());
    try {
        return await promisify<GetSchemaRequest, GetSchemaResponse>(client.getSchema.bind(client))(
            new GetSchemaRequest(),
        );
    } finally {
        client.close();
    }
}
