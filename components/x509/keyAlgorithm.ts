import { type Check, input, oneOf } from "../validation/checks";

/** Kind and size of a private key. */
export const KeyAlgorithm = {
    EcdsaP256: "ECDSA-P256",
    EcdsaP384: "ECDSA-P384",
    Rsa2048: "RSA-2048",
    Rsa3072: "RSA-3072",
    Rsa4096: "RSA-4096",
} as const;
export type KeyAlgorithm = (typeof KeyAlgorithm)[keyof typeof KeyAlgorithm];

/** The same in the words of @pulumi/tls. */
interface KeyParameters {
    readonly algorithm: "ECDSA" | "RSA";
    readonly ecdsaCurve?: string;
    readonly rsaBits?: number;
}

export const parameters: { readonly [Algorithm in KeyAlgorithm]: KeyParameters } = {
    "ECDSA-P256": { algorithm: "ECDSA", ecdsaCurve: "P256" },
    "ECDSA-P384": { algorithm: "ECDSA", ecdsaCurve: "P384" },
    "RSA-2048": { algorithm: "RSA", rsaBits: 2048 },
    "RSA-3072": { algorithm: "RSA", rsaBits: 3072 },
    "RSA-4096": { algorithm: "RSA", rsaBits: 4096 },
};

/** An Output of something else is refused by the checks, whose message must not come second to one from here. */
export function parametersOf(algorithm: string): KeyParameters {
    return (
        (parameters as { readonly [algorithm: string]: KeyParameters | undefined })[algorithm] ?? { algorithm: "RSA" }
    );
}

const known = oneOf(Object.values(KeyAlgorithm));

/** Envoy would serve with such a key, but offers no Ed25519 signatures to clients (BoringSSL's default), and so refuses theirs. */
export const keyAlgorithmCheck: Check = input((value, path) =>
    known(value, path).map((problem) =>
        typeof value === "string" && /^ed-?25519$/i.test(value)
            ? { ...problem, reason: `is a kind of key with which Envoy refuses clients: it ${problem.reason}` }
            : problem,
    ),
);

/** Key usage bits of a certificate that proves its holder in a TLS handshake; RSA key exchange also needs encipherment. */
export function leafKeyUsages(algorithm: unknown): string[] {
    // An Output of something else is refused by the checks, whose message must not come second to one from here.
    return String(algorithm).startsWith("RSA") ? ["digital_signature", "key_encipherment"] : ["digital_signature"];
}
