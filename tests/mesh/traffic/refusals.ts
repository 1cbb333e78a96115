/** How the page with a list of clients refuses each kind of hostile client, seen from the client and in Envoy. */
import type { HostileKind } from "./configuration";
import type { InboundStatistics } from "./envoy";
import { namespace } from "./page";

/** The principal of the only client on the list. */
export const listed = "example.com/clients/friendly";

/** Denies the TLS port to every client but the one on the list. */
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

/** What Envoy counts for each kind, and for no other cause. */
export const counterOf: Readonly<Record<HostileKind, keyof InboundStatistics>> = {
    plaintextHttp1: "noFilterChain",
    plaintextHttp2: "noFilterChain",
    noCertificate: "withoutCertificate",
    otherAuthority: "badCertificate",
    expired: "badCertificate",
    unlisted: "deniedByPolicy",
};

/** How the client sees itself refused; the certificates' two faults are told apart here. */
export const refusalOf: Readonly<Record<HostileKind, string>> = {
    plaintextHttp1: "refused: ECONNRESET",
    plaintextHttp2: "refused: ECONNRESET",
    noCertificate: "refused: ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    otherAuthority: "refused: ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
    expired: "refused: ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED",
    unlisted: "refused: RBAC: access denied",
};
