/** What a sidecar's own Envoy counted, to show that a try has come as far as Envoy. */
import type { Kubectl } from "../kubectl";
import { namespace } from "./page";

/** Istio leaves most of Envoy's statistics out, unless the pod has this annotation. */
export const allStatistics = {
    "proxy.istio.io/config": JSON.stringify({ proxyStatsMatcher: { inclusionRegexps: [".*"] } }),
};

export interface InboundStatistics {
    /** Connections that no filter chain wants: plaintext, where the only chain of the port is TLS. */
    readonly noFilterChain: number;
    readonly withoutCertificate: number;
    /** Client certificates that were looked at and found wanting. */
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
