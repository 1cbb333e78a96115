/** Where the demo runs: on a lab, or on the cluster of a kubeconfig context. */
import type { Cluster } from "../cluster";

export interface Surroundings {
    readonly cluster: Cluster;
    /** The name of the lab; without effect where `context` is set. */
    readonly lab: string;
    readonly context?: string;
}
