/** TLS at a listener: whom the sidecar lets in, and with which versions and cipher suites. */
import type * as pulumi from "@pulumi/pulumi";
import { input, isLater, list, object, oneOf } from "../validation/checks";
import { cipherSuites } from "./cipherSuites";
import { problem, type Problem } from "../validation/problem";

/** How the sidecar treats clients from outside the mesh, in Istio's words (https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode). */
export const TlsMode = {
    Mutual: "MUTUAL",
    OptionalMutual: "OPTIONAL_MUTUAL",
    Simple: "SIMPLE",
} as const;
export type TlsMode = (typeof TlsMode)[keyof typeof TlsMode];

/** Versions of TLS, in Istio's words; older ones are not offered. */
export const TlsProtocolVersion = { Tls12: "TLSV1_2", Tls13: "TLSV1_3" } as const;
export type TlsProtocolVersion = (typeof TlsProtocolVersion)[keyof typeof TlsProtocolVersion];

/** How a listener terminates TLS. */
export interface ListenerTls {
    /** Whom the sidecar lets in: "MUTUAL" clients with a certificate of the CA, "OPTIONAL_MUTUAL" also clients without one, "SIMPLE" every client that speaks TLS with a host name. Default: "MUTUAL". */
    readonly mode?: pulumi.Input<TlsMode>;
    /** The oldest version of TLS that is let in: "TLSV1_2" or "TLSV1_3". Default: "TLSV1_2". */
    readonly minProtocolVersion?: pulumi.Input<TlsProtocolVersion>;
    /** The newest version of TLS: "TLSV1_2" or "TLSV1_3". Default: "TLSV1_3". */
    readonly maxProtocolVersion?: pulumi.Input<TlsProtocolVersion>;
    /** Cipher suites of TLS 1.2 in OpenSSL's names, such as "ECDHE-ECDSA-AES256-GCM-SHA384"; at least one for the kind of the server's key. TLS 1.3 has its own, which cannot be chosen. Default: those with ECDHE and AES-GCM or ChaCha20. */
    readonly cipherSuites?: pulumi.Input<pulumi.Input<string>[]>;
}

/** The same, with its defaults. */
export interface ResolvedTls {
    readonly mode: TlsMode;
    readonly minProtocolVersion: TlsProtocolVersion;
    readonly maxProtocolVersion?: TlsProtocolVersion;
    readonly cipherSuites?: readonly string[];
}

export const listenerTlsCheck = object<ListenerTls>({
    mode: input(oneOf(Object.values(TlsMode))),
    minProtocolVersion: input(oneOf(Object.values(TlsProtocolVersion))),
    maxProtocolVersion: input(oneOf(Object.values(TlsProtocolVersion))),
    cipherSuites: input(list(oneOf(cipherSuites), { nonEmpty: true })),
});

/** Settings that leave nothing to agree on. */
export function validateTls(
    { minProtocolVersion, maxProtocolVersion, cipherSuites: suites }: ListenerTls,
    path: string,
): Problem[] {
    if (minProtocolVersion !== TlsProtocolVersion.Tls13) {
        return [];
    }
    return [
        ...(maxProtocolVersion === TlsProtocolVersion.Tls12
            ? [
                  problem(
                      `${path}.maxProtocolVersion`,
                      maxProtocolVersion,
                      `is older than ${path}.minProtocolVersion: no version of TLS would be left`,
                  ),
              ]
            : []),
        ...(suites && !isLater(suites)
            ? [
                  problem(
                      `${path}.cipherSuites`,
                      suites,
                      `is of TLS 1.2, which ${path}.minProtocolVersion leaves out: leave out one of the two`,
                  ),
              ]
            : []),
    ];
}
