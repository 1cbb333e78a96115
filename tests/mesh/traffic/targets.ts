/** Finds the targets: pods and Services come and go while the clients run. */
import { setTimeout as delay } from "node:timers/promises";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { TrafficConfiguration } from "./configuration";

export interface Target {
    readonly of: "pod" | "service";
    readonly address: string;
    readonly port: number;
}

export function describeTarget({ of, address, port }: Target): string {
    return `${of} ${address}:${port}`;
}

export interface Found {
    readonly targets: readonly Target[];
    /** The address of the first Service that exists. */
    readonly serviceAddress: string | undefined;
}

const intervalMilliseconds = 200;

/** An API server that is unavailable for longer is a fault, because the targets are unknown. */
const patienceMilliseconds = 30_000;

/** Polls until `signal` aborts. A namespace or object that does not exist contributes no targets. */
export async function watchTargets(
    configuration: TrafficConfiguration,
    signal: AbortSignal,
    onFound: (found: Found) => void,
): Promise<void> {
    const config = new KubeConfig();
    config.loadFromDefault();
    const api = config.makeApiClient(CoreV1Api);
    let lastFound = Date.now();
    while (!signal.aborted) {
        try {
            onFound(await find(api, configuration));
            lastFound = Date.now();
        } catch (error) {
            if (Date.now() - lastFound > patienceMilliseconds) {
                throw error;
            }
        }
        await delay(intervalMilliseconds);
    }
}

async function find(api: CoreV1Api, configuration: TrafficConfiguration): Promise<Found> {
    const { namespace, podSelector, podPorts, serviceNames, servicePorts } = configuration;
    const [pods, services] = await Promise.all([
        api.listNamespacedPod({ namespace, labelSelector: podSelector }),
        api.listNamespacedService({ namespace }),
    ]);
    const podAddresses = pods.items
        .filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed")
        .flatMap(({ status }) => status?.podIP ?? []);
    const serviceAddresses = serviceNames
        .flatMap((name) => services.items.find(({ metadata }) => metadata?.name === name)?.spec?.clusterIP ?? [])
        .filter((address) => address !== "None");
    const across = (of: Target["of"], addresses: readonly string[], ports: readonly number[]): Target[] =>
        addresses.flatMap((address) => ports.map((port) => ({ of, address, port })));
    return {
        targets: [...across("service", serviceAddresses, servicePorts), ...across("pod", podAddresses, podPorts)],
        serviceAddress: serviceAddresses[0],
    };
}
