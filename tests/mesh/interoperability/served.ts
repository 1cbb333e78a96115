/** A component that the clients connect to, with the settings of a test. */
import type { ClientBundle, SidecarTlsTerminationArgs } from "../../..";
import type { Cluster } from "../../../lab/cluster";
import { kubectlFor } from "../kubectl";
import { type ServingStack, servingStack } from "../programStack";
import type { Server } from "./client";

/** The arguments that a test sets. */
export type Settings = Pick<SidecarTlsTerminationArgs, "listeners" | "certificates">;

export class Served {
    private constructor(
        private readonly namespace: string,
        private readonly stack: ServingStack,
        readonly server: Server,
        /** The bundle of the component's client. */
        readonly bundle: Required<ClientBundle>,
    ) {}

    /** Creates a component in its own namespace; returns when the client is served. */
    static async open(cluster: Cluster, namespace: string, settings: Settings): Promise<Served> {
        const stack = await servingStack(cluster, namespace, componentArguments(namespace, settings));
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

    /** Updates the component. Omitted settings return to their defaults. */
    async set(settings: Pick<Settings, "listeners">): Promise<void> {
        this.stack.setArguments(componentArguments(this.namespace, settings));
        await this.stack.stack.mustRun("up");
    }

    remove(): Promise<void> {
        return this.stack.remove();
    }
}

function componentArguments(namespace: string, settings: Settings): SidecarTlsTerminationArgs {
    return {
        namespace,
        createNamespace: true,
        workload: { image: "docker.io/kennethreitz/httpbin", port: 80 },
        ...settings,
    };
}
