/** How the Istio task with an allow list rejects each kind of attempt, as seen by the client and by Envoy. */
import type { HostileKind } from "./configuration";
import type { InboundStatistics } from "./envoy";
import { namespace } from "./istioTask";

/** The principal of the only client on the allow list. */
export const listed = "example.com/clients/friendly";

/** Denies the TLS port to every client except the one on the allow list. */
export const list = {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: "clients", namespace },
    spec: {
        selector: { matchLabels: { app: "httpbin" } },
        action: "DENY",
        rules: [{ from: [{ source: { notPrincipals: [listed] } }], to: [{ operation: { ports: ["9080"] } }] }],
    },
};

/** The counter of Envoy that grows with each kind, and only with these kinds. */
export const counterOf: Readonly<Record<HostileKind, keyof InboundStatistics>> = {
    plaintextHttp1: "noFilterChain",
    plaintextHttp2: "noFilterChain",
    noCertificate: "withoutCertificate",
    otherAuthority: "badCertificate",
    expired: "badCertificate",
    unlisted: "deniedByPolicy",
};

/** The reason that the client sees. It distinguishes an unknown CA from an expired certificate. */
export const refusalOf: Readonly<Record<HostileKind, string>> = {
    plaintextHttp1: "refused: ECONNRESET",
    plaintextHttp2: "refused: ECONNRESET",
    noCertificate: "refused: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    otherAuthority: "refused: ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
    expired: "refused: ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED",
    unlisted: "refused: RBAC: access denied",
};
