/** Both clients, with the friendly one served already. */
import type { Cluster } from "../../../lab/cluster";
import { eventually } from "../eventually";
import { Traffic, type TrafficConfiguration } from "./traffic";

/** Returns once the client that never stops is served, so that every request of it counts from then on. */
export async function servedTraffic(cluster: Cluster, configuration: TrafficConfiguration): Promise<Traffic> {
    const traffic = await Traffic.start(cluster, configuration);
    await eventually(
        "the client that never stops is served",
        async () => traffic.snapshot(),
        ({ certificate, friendly }) => certificate !== undefined && (friendly["session"]?.successes ?? 0) > 0,
    );
    return traffic;
}
