/** Kinds of private keys, and what a certificate says of its key. */
import { type Check, input, oneOf } from "../validation/checks";
import { textOr } from "../validation/unchecked";

/** Kind and size of a private key. */
export const KeyAlgorithm = {
    EcdsaP256: "ECDSA-P256",
    EcdsaP384: "ECDSA-P384",
    Rsa2048: "RSA-2048",
    Rsa3072: "RSA-3072",
    Rsa4096: "RSA-4096",
} as const;
export type KeyAlgorithm = (typeof KeyAlgorithm)[keyof typeof KeyAlgorithm];

export const defaultKeyAlgorithm: KeyAlgorithm = KeyAlgorithm.EcdsaP256;

/** A kind of key in the arguments of @pulumi/tls. */
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

export function parametersOf(algorithm: unknown): KeyParameters {
    const known: { readonly [algorithm: string]: KeyParameters | undefined } = parameters;
    return known[textOr(algorithm, "")] ?? { algorithm: "RSA" };
}

const supported = oneOf(Object.values(KeyAlgorithm));

/** Envoy would serve with an Ed25519 key, but offers clients no Ed25519 signatures (BoringSSL's default), and so rejects their certificates. */
export const keyAlgorithmCheck: Check = input((value, path) =>
    supported(value, path).map((found) =>
        typeof value === "string" && /^ed-?25519$/i.test(value)
            ? { ...found, reason: `${found.reason}; Envoy rejects clients with Ed25519 keys` }
            : found,
    ),
);

/** Key usage bits of a certificate that authenticates its holder in a TLS handshake; RSA key exchange also needs encipherment. */
export function leafKeyUsages(algorithm: unknown): string[] {
    return textOr(algorithm, "").startsWith("RSA") ? ["digital_signature", "key_encipherment"] : ["digital_signature"];
}
