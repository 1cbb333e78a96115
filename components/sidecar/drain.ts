/** How long a terminating pod keeps serving. */
import { integer, plain } from "../validation/checks";

/**
 * The sidecar of a terminating pod immediately asks clients to send their next request elsewhere, Envoy gives HTTP/2 clients five
 * seconds to do so (drain_timeout), and meanwhile the new endpoints of the Service reach the nodes.
 */
export const defaultDrainSeconds = 10;

/** How long the application may take to shut down after the drain: what the default drain leaves of the default grace period. */
const shutdownSeconds = 20;

/** Kubernetes' default of terminationGracePeriodSeconds. */
const defaultGracePeriodSeconds = 30;

/** The cluster autoscaler cuts longer grace periods by default (cluster-autoscaler: --max-graceful-termination-sec). */
const longestGracePeriodSeconds = 600;

export const drainSecondsCheck = plain(integer(0, longestGracePeriodSeconds - shutdownSeconds, " of seconds"));

/**
 * The preStop hook counts toward the grace period, after which the kubelet kills the pod (pkg/kubelet, killContainer); a
 * sleep longer than the grace period is invalid (pkg/apis/core/validation, validateSleepAction). Undefined if the default is enough.
 */
export function gracePeriodSeconds(drainSeconds: number): number | undefined {
    const needed = drainSeconds + shutdownSeconds;
    return needed > defaultGracePeriodSeconds ? needed : undefined;
}
