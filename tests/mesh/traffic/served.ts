/** Both clients, started once the friendly one is served. */
import type { Cluster } from "../../../lab/cluster";
import { eventually } from "../eventually";
import { Traffic, type TrafficConfiguration } from "./traffic";

/** Starts both clients, and returns once the friendly client is served, so that every later request of it counts. */
export async function servedTraffic(cluster: Cluster, configuration: TrafficConfiguration): Promise<Traffic> {
    const traffic = await Traffic.start(cluster, configuration);
    await eventually(
        "the friendly client is served",
        async () => traffic.snapshot(),
        ({ certificate, friendly }) => certificate !== undefined && (friendly["session"]?.successes ?? 0) > 0,
    );
    return traffic;
}
