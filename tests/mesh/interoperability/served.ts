/** A chain that the clients ask for, with the settings of a test. */
import type { ClientBundle, SidecarTlsTerminationArgs } from "../../..";
import type { Cluster } from "../../../lab/cluster";
import { kubectlFor } from "../kubectl";
import { type ServingStack, servingStack } from "../programStack";
import type { Server } from "./client";

/** What a test sets besides the defaults. */
export type Settings = Pick<SidecarTlsTerminationArgs, "listeners" | "certificates">;

export class Served {
    private constructor(
        private readonly namespace: string,
        private readonly stack: ServingStack,
        readonly server: Server,
        /** That of the chain's client. */
        readonly bundle: Required<ClientBundle>,
    ) {}

    /** Brings a chain up in a namespace of its own; returns when its client is served. */
    static async open(cluster: Cluster, namespace: string, settings: Settings): Promise<Served> {
        const stack = await servingStack(cluster, namespace, chainArguments(namespace, settings));
        try {
            await stack.stack.mustRun("up");
            await stack.servesItsClient();
            const get = ["-n", namespace, "get", "service", "httpbin", "-o", "jsonpath={.spec.clusterIP}"];
            const address = await kubectlFor(cluster).run(...get);
            const outputs = (await stack.stack.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
            const { hostname, port } = new URL(outputs.url);
            const server: Server = { cluster, host: hostname, address, port: Number(port) };
            return new Served(namespace, stack, server, outputs.clientBundle);
        } catch (error) {
            await stack.remove();
            throw error;
        }
    }

    /** Changes the chain: what is not among the settings is the default again. */
    async set(settings: Pick<Settings, "listeners">): Promise<void> {
        this.stack.setArguments(chainArguments(this.namespace, settings));
        await this.stack.stack.mustRun("up");
    }

    remove(): Promise<void> {
        return this.stack.remove();
    }
}

function chainArguments(namespace: string, settings: Settings): SidecarTlsTerminationArgs {
    return {
        namespace,
        createNamespace: true,
        workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
        ...settings,
    };
}
