/** The statistics of a sidecar's Envoy, which show that an attempt has reached Envoy. */
import type { Kubectl } from "../kubectl";
import { namespace } from "./istioTask";

/** Istio disables most of Envoy's statistics unless the pod has this annotation. */
export const allStatistics = {
    "proxy.istio.io/config": JSON.stringify({ proxyStatsMatcher: { inclusionRegexps: [".*"] } }),
};

export interface InboundStatistics {
    /** Connections that match no filter chain: plaintext on a port whose only filter chain is TLS. */
    readonly noFilterChain: number;
    readonly withoutCertificate: number;
    /** Client certificates that failed verification. */
    readonly badCertificate: number;
    readonly deniedByPolicy: number;
}

export async function inboundStatistics(kubectl: Kubectl): Promise<InboundStatistics> {
    const exec = ["-n", namespace, "exec", "deployment/httpbin", "-c", "istio-proxy", "--"];
    const text = await kubectl.run(...exec, "pilot-agent", "request", "GET", "stats");
    const sum = (pattern: RegExp): number =>
        [...text.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
    return {
        noFilterChain: sum(/^listener\.0\.0\.0\.0_15006\.no_filter_chain_match: (\d+)$/gm),
        withoutCertificate: sum(/^listener\.0\.0\.0\.0_15006\.ssl\.fail_verify_no_cert: (\d+)$/gm),
        badCertificate: sum(/^listener\.0\.0\.0\.0_15006\.ssl\.fail_verify_error: (\d+)$/gm),
        deniedByPolicy: sum(/^http\.inbound_[\d.]+_9080;\.rbac\.denied: (\d+)$/gm),
    };
}
