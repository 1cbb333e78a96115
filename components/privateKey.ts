/** Private keys: the kinds that Envoy takes, and how they are made. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { type Check, input, oneOf } from "./validation/checks";

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

const parameters: { readonly [Algorithm in KeyAlgorithm]: KeyParameters } = {
    "ECDSA-P256": { algorithm: "ECDSA", ecdsaCurve: "P256" },
    "ECDSA-P384": { algorithm: "ECDSA", ecdsaCurve: "P384" },
    "RSA-2048": { algorithm: "RSA", rsaBits: 2048 },
    "RSA-3072": { algorithm: "RSA", rsaBits: 3072 },
    "RSA-4096": { algorithm: "RSA", rsaBits: 4096 },
};

/** An Output of something else is refused by the checks, whose message must not come second to one from here. */
function parametersOf(algorithm: string): KeyParameters {
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

export function privateKey(
    name: string,
    algorithm: pulumi.Input<KeyAlgorithm>,
    opts: pulumi.CustomResourceOptions,
): tls.PrivateKey {
    const chosen = pulumi.output(algorithm).apply(parametersOf);
    return new tls.PrivateKey(
        name,
        {
            algorithm: chosen.algorithm,
            ecdsaCurve: chosen.apply(({ ecdsaCurve }) => ecdsaCurve),
            rsaBits: chosen.apply(({ rsaBits }) => rsaBits),
        },
        opts,
    );
}

/** The kind of a key that exists, which may differ from the one that its arguments ask for now. */
export function algorithmOf(key: tls.PrivateKey): pulumi.Output<KeyAlgorithm | undefined> {
    return pulumi.all([key.algorithm, key.ecdsaCurve, key.rsaBits]).apply(([algorithm, curve, bits]) =>
        Object.values(KeyAlgorithm).find((one) => {
            const { algorithm: its, ecdsaCurve, rsaBits } = parameters[one];
            return its === algorithm && (ecdsaCurve === undefined ? rsaBits === bits : ecdsaCurve === curve);
        }),
    );
}

/** Key usage bits of a certificate that proves its holder in a TLS handshake; RSA key exchange also needs encipherment. */
export function leafKeyUsages(algorithm: unknown): string[] {
    // An Output of something else is refused by the checks, whose message must not come second to one from here.
    return String(algorithm).startsWith("RSA") ? ["digital_signature", "key_encipherment"] : ["digital_signature"];
}
