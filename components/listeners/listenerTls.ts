/** TLS settings of a listener: which clients the sidecar admits, with which protocol versions and cipher suites. */
import type * as pulumi from "@pulumi/pulumi";
import { input, isLater, list, object, oneOf } from "../validation/checks";
import { type Exclusion, exclusive } from "../validation/exclusive";
import type { Problem } from "../validation/problem";
import * as problem from "../validation/problem";
import { cipherSuites } from "./cipherSuites";

/** How the sidecar verifies clients outside the mesh. A subset of Istio's TLS modes. See [TLSmode](https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode). */
export const TlsMode = {
    Mutual: "MUTUAL",
    OptionalMutual: "OPTIONAL_MUTUAL",
    Simple: "SIMPLE",
} as const;
export type TlsMode = (typeof TlsMode)[keyof typeof TlsMode];

/** TLS version: TLS 1.2 or TLS 1.3. A subset of Istio's versions; older ones are not supported. See [TLSProtocol](https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSProtocol). */
export const TlsProtocolVersion = { Tls12: "TLSV1_2", Tls13: "TLSV1_3" } as const;
export type TlsProtocolVersion = (typeof TlsProtocolVersion)[keyof typeof TlsProtocolVersion];

/** How a listener terminates TLS. See [ServerTLSSettings](https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings). */
export interface ListenerTls {
    /** Which clients the sidecar admits. "MUTUAL": clients with a certificate that a trusted CA issued. "OPTIONAL_MUTUAL": also clients without a certificate. "SIMPLE": any TLS client, without requesting a certificate. With "OPTIONAL_MUTUAL" and "SIMPLE", the guard admits only clients that send a host name (SNI). See [TLSmode](https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings-TLSmode). Default: "MUTUAL". */
    readonly mode?: pulumi.Input<TlsMode>;
    /** Minimum TLS version: "TLSV1_2" or "TLSV1_3". At most `maxProtocolVersion`. Default: "TLSV1_2". */
    readonly minProtocolVersion?: pulumi.Input<TlsProtocolVersion>;
    /** Maximum TLS version: "TLSV1_2" or "TLSV1_3". At least `minProtocolVersion`. Default: "TLSV1_3". */
    readonly maxProtocolVersion?: pulumi.Input<TlsProtocolVersion>;
    /** Cipher suites for TLS 1.2, as [OpenSSL names](https://docs.openssl.org/master/man1/openssl-ciphers/): "ECDHE-ECDSA-" or "ECDHE-RSA-", followed by "AES128-GCM-SHA256", "AES256-GCM-SHA384" or "CHACHA20-POLY1305". At least one must match the algorithm of the server's key. The cipher suites of TLS 1.3 cannot be configured, so the list cannot be combined with `minProtocolVersion` "TLSV1_3". Default: all six. */
    readonly cipherSuites?: pulumi.Input<pulumi.Input<string>[]>;
}

/** TLS settings with their defaults. */
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

/** Rejects TLS settings under which no handshake can succeed, or which have no effect. */
export function validateTls(
    { minProtocolVersion, maxProtocolVersion, cipherSuites: suites }: ListenerTls,
    path: string,
): Problem[] {
    if (minProtocolVersion !== TlsProtocolVersion.Tls13) {
        return [];
    }
    const suitesOfTls12: Exclusion = {
        path: `${path}.cipherSuites`,
        excludedBy: `${path}.minProtocolVersion "${minProtocolVersion}"`,
        both: Boolean(suites) && !isLater(suites),
        because: "cipher suites can be configured for TLS 1.2 only",
    };
    const range =
        maxProtocolVersion === TlsProtocolVersion.Tls12
            ? [
                  problem.invalid(
                      `${path}.maxProtocolVersion`,
                      maxProtocolVersion,
                      `is older than ${path}.minProtocolVersion; set it to at least "${minProtocolVersion}"`,
                  ),
              ]
            : [];
    return [...range, ...exclusive([suitesOfTls12])];
}
