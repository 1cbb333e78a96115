/** Cipher suites: those that there are, and those that are of use to a server. */
import { isLater, problem, type Problem } from "./checks";
import { KeyAlgorithm } from "./privateKey";
import type { SidecarTlsTerminationArgs } from "./sidecarTlsTerminationArgs";

/**
 * Cipher suites of TLS 1.2 with forward secrecy and authenticated encryption: what Envoy offers by default. Istio drops a name
 * that it does not know with a warning that nobody sees (pkg/config/security/security.go).
 */
export const cipherSuites = [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
];

/** A server's key takes part only in cipher suites of its kind. */
export function cipherSuiteProblems({
    listeners,
    certificates,
    existingSecrets,
}: Pick<SidecarTlsTerminationArgs, "listeners" | "certificates" | "existingSecrets">): Problem[] {
    const algorithm: unknown = certificates?.keyAlgorithm ?? KeyAlgorithm.EcdsaP256;
    if (existingSecrets || typeof algorithm !== "string") {
        return [];
    }
    const kind = algorithm.split("-")[0] ?? "";
    return (listeners ?? []).flatMap(({ tls }, index) => {
        const suites: unknown = tls?.cipherSuites;
        return !Array.isArray(suites) ||
            suites.some(isLater) ||
            suites.some((suite) => String(suite).includes(`-${kind}-`))
            ? []
            : [
                  problem(
                      `listeners[${index}].tls.cipherSuites`,
                      suites,
                      `has none for a server with a key of the kind ${kind} (certificates.keyAlgorithm): add one with -${kind}- in its name`,
                  ),
              ];
    });
}
