/** The input and the output of the clients' process; the test and the process share these types. */
import type { ClientBundle } from "../../..";
import type { Pair } from "./certificates";
import type { Outcome } from "./classify";

/** All attempts that must not be admitted: in plaintext, and over TLS with each kind of invalid certificate. */
export const hostileKinds = [
    "plaintextHttp1",
    "plaintextHttp2",
    "noCertificate",
    "otherAuthority",
    "expired",
    "unlisted",
] as const;
export type HostileKind = (typeof hostileKinds)[number];

export type HostileCertificates = Partial<Record<"otherAuthority" | "expired" | "unlisted", Pair>>;

export interface TrafficConfiguration {
    readonly namespace: string;
    /** A label selector. */
    readonly podSelector: string;
    /** Ports of each pod that the hostile client connects to. */
    readonly podPorts: readonly number[];
    readonly serviceNames: readonly string[];
    /** Ports of each Service that the hostile client connects to. */
    readonly servicePorts: readonly number[];
    /** For SNI and the Host header, and the name that the friendly client expects in the server certificate. */
    readonly host: string;
    readonly certificates?: HostileCertificates;
    /** Default: every kind that needs no certificate or has one above. */
    readonly kinds?: readonly HostileKind[];
    /** Attempts of each kind on each target. Default: 4. */
    readonly ratePerSecond?: number;
    /** Undefined for no friendly client. It connects to `port` of the first Service that exists. */
    readonly friendly?: {
        readonly bundle: Required<ClientBundle>;
        readonly port: number;
        /** Default: all. With protocol TLS, Envoy forwards the bytes, and the application may not support HTTP/2. */
        readonly ways?: readonly FriendlyWay[];
    };
    /** The process ends on its own after this time. Default: 3600. */
    readonly limitSeconds?: number;
}

/** The number of attempts by outcome. `unreachable`: without a TCP connection. */
export type Tally = Record<Outcome | "unreachable", number>;

/** How the friendly client connects: one HTTP/2 session, a connection for each request, one HTTP/1.1 connection kept alive. */
export const friendlyWays = ["session", "newConnections", "keepAlive"] as const;
export type FriendlyWay = (typeof friendlyWays)[number];

export interface FriendlyTally {
    readonly tries: number;
    readonly successes: number;
    readonly failures: number;
    /** Requests sent again because the server reported them as not processed (RFC 9113, section 8.7). */
    readonly repeated: number;
    /** Established connections. */
    readonly connections: number;
}

/** An attempt that was answered or admitted. */
export interface Opening {
    readonly time: string;
    readonly kind: HostileKind;
    /** Such as `pod 10.244.0.3:9080`. */
    readonly target: string;
    readonly outcome: "answered" | "admitted";
    readonly reason: string;
    readonly firstBytes: string;
}

export interface Failure {
    readonly time: string;
    readonly way: FriendlyWay;
    readonly reason: string;
}

export interface ServedCertificate {
    readonly serialNumber: string;
    /** RFC 3339. */
    readonly notAfter: string;
}

/** Cumulative counts. */
export interface Counts {
    /** By kind, then by target port such as `pod:9080` or `service:8443`. */
    readonly hostile: Readonly<Record<string, Readonly<Record<string, Tally>>>>;
    /** The reasons of the outcomes, by kind. */
    readonly reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly friendly: Readonly<Record<string, FriendlyTally>>;
}

/** One line on standard output. */
export interface Line {
    readonly counts: Counts;
    /** The current targets of the hostile client. */
    readonly targets: readonly string[];
    /** The server certificate that the friendly client saw last. */
    readonly certificate?: ServedCertificate;
    /** The first few since the previous line. */
    readonly openings: readonly Opening[];
    readonly failures: readonly Failure[];
}
