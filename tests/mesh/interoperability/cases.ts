/** Settings of the component, and exactly what the server accepts with each. */
import { KeyAlgorithm } from "../../../components/x509/keyAlgorithm";
import { external } from "../../listeners";
import type { Accepted } from "./acceptance/ask";
import type { Settings } from "./served";

export interface Case {
    readonly title: string;
    readonly settings: Settings;
    readonly accepted: Accepted;
}

/** Envoy's default: only ephemeral key exchange and authenticated encryption. */
function byDefault(key: "ECDSA" | "RSA"): Accepted {
    return {
        TLSv1: [],
        "TLSv1.1": [],
        "TLSv1.2": [
            `ECDHE-${key}-AES128-GCM-SHA256`,
            `ECDHE-${key}-AES256-GCM-SHA384`,
            `ECDHE-${key}-CHACHA20-POLY1305`,
        ],
        "TLSv1.3": ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"],
    };
}

const cipher = "ECDHE-ECDSA-AES256-GCM-SHA384";

export const defaults: Case = { title: "by default", settings: {}, accepted: byDefault("ECDSA") };

export const protocolCases: readonly Case[] = [
    {
        title: "with TLS 1.3 as the minimum version",
        settings: { listeners: external({ minProtocolVersion: "TLSV1_3" }) },
        accepted: { ...byDefault("ECDSA"), "TLSv1.2": [] },
    },
    {
        title: "with TLS 1.2 as the maximum version",
        settings: { listeners: external({ maxProtocolVersion: "TLSV1_2" }) },
        accepted: { ...byDefault("ECDSA"), "TLSv1.3": [] },
    },
    {
        // TLS 1.3 has its own ciphers, which Envoy does not configure.
        title: `with only the cipher ${cipher} for TLS 1.2`,
        settings: { listeners: external({ cipherSuites: [cipher] }) },
        accepted: { ...byDefault("ECDSA"), "TLSv1.2": [cipher] },
    },
];

/** All key algorithms except the default. A CA keeps its key algorithm, so each needs its own component. */
export const keyCases: readonly Case[] = Object.values(KeyAlgorithm)
    .filter((keyAlgorithm) => keyAlgorithm !== KeyAlgorithm.EcdsaP256)
    .map((keyAlgorithm) => ({
        title: `with ${keyAlgorithm} keys`,
        settings: { certificates: { keyAlgorithm } },
        accepted: byDefault(keyAlgorithm.startsWith("RSA") ? "RSA" : "ECDSA"),
    }));
