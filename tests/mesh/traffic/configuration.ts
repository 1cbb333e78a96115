/** What the clients are told, and what they tell: both sides of the process read this file. */
import type { ClientBundle } from "../../..";
import type { Pair } from "./certificates";
import type { Outcome } from "./classify";

/** Everything that must not come in: in plaintext, and over TLS with each kind of certificate that is not good. */
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
    /** Ports of each pod that the hostile client tries. */
    readonly podPorts: readonly number[];
    readonly serviceNames: readonly string[];
    /** Ports of each Service that the hostile client tries. */
    readonly servicePorts: readonly number[];
    /** For SNI and the Host header, and what the friendly client wants to see in the server's certificate. */
    readonly host: string;
    readonly certificates?: HostileCertificates;
    /** Default: every kind that needs no certificate or has one above. */
    readonly kinds?: readonly HostileKind[];
    /** Tries of each kind on each target. Default: 4. */
    readonly ratePerSecond?: number;
    /** Without it there is no friendly client; it speaks to this port of the first Service that is there. */
    readonly friendly?: {
        readonly bundle: Required<ClientBundle>;
        readonly port: number;
        /** Default: all; an application that gets the bytes as they are need not speak HTTP/2. */
        readonly ways?: readonly FriendlyWay[];
    };
    /** The process ends by itself after this time. Default: 3600. */
    readonly limitSeconds?: number;
}

/** How many tries ended how; `unreachable`: there was no TCP connection. */
export type Tally = Record<Outcome | "unreachable", number>;

/** The ways of the friendly client: one HTTP/2 session, a connection for each request, one HTTP/1.1 connection kept alive. */
export const friendlyWays = ["session", "newConnections", "keepAlive"] as const;
export type FriendlyWay = (typeof friendlyWays)[number];

export interface FriendlyTally {
    readonly tries: number;
    readonly successes: number;
    readonly failures: number;
    /** Requests sent again because the server said that it had not processed them (RFC 9113, section 8.7). */
    readonly repeated: number;
    /** Connections that were made. */
    readonly connections: number;
}

/** A try that was answered, or let in. */
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
    /** Why tries ended as they did, by kind. */
    readonly reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
    readonly friendly: Readonly<Record<string, FriendlyTally>>;
}

/** One line on standard output. */
export interface Line {
    readonly counts: Counts;
    /** What the hostile client tries now. */
    readonly targets: readonly string[];
    /** The one that the friendly client saw last. */
    readonly certificate?: ServedCertificate;
    /** The first few since the line before. */
    readonly openings: readonly Opening[];
    readonly failures: readonly Failure[];
}
