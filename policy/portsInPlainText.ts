import type { KubernetesObject } from "./kubernetesObject";
import { at, propertyPath } from "./values";
import { problem, type Problem } from "../components/validation/problem";

export const plainTextAnnotation = "istio-sidecar-tls/ports-in-plain-text";
const keys = ["metadata", "annotations", plainTextAnnotation];

export function plainTextAnnotationOf({ content }: KubernetesObject): unknown {
    return at(content, ...keys);
}

/**
 * The ports that may answer in plain text, and what is wrong with the others: one that is named by mistake would go without
 * its guard and nobody would hear of it.
 */
export function portsInPlainText(
    peerAuthentication: KubernetesObject,
    withoutMtls: readonly string[],
    terminatesTls: (port: string) => boolean,
): { ports: readonly string[]; problems: readonly Problem[] } {
    const value = plainTextAnnotationOf(peerAuthentication);
    if (value === undefined) {
        return { ports: [], problems: [] };
    }
    const refused = (reason: string) => problem(propertyPath(keys), value, reason);
    if (typeof value !== "string") {
        return { ports: [], problems: [refused('must be a string of ports with commas, such as "15020,9090"')] };
    }
    const isWithoutMtls = (port: string) => withoutMtls.includes(port);
    // As Istio reads its own annotations of ports, such as traffic.sidecar.istio.io/excludeInboundPorts.
    const named = value.split(",").map((port) => port.trim());
    return {
        ports: named.filter((port) => isWithoutMtls(port) && !terminatesTls(port)),
        problems: named.flatMap((port) => {
            if (!isWithoutMtls(port)) {
                const those = withoutMtls.length > 0 ? withoutMtls.join(", ") : "there are none";
                return [
                    refused(
                        `names ${JSON.stringify(port)}, and has to name ports, with commas, whose mode in portLevelMtls is DISABLE: ${those}`,
                    ),
                ];
            }
            return terminatesTls(port)
                ? [refused(`names ${port}, where a Sidecar terminates TLS: there a guard has to deny plaintext`)]
                : [];
        }),
    };
}
