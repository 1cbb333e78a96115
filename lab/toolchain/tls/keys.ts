/** Private keys in the formats of terraform-provider-tls: resource_private_key.go, common_key.go. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { type Properties, toText } from "../plugin/values";

const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<{ privateKey: KeyObject }>;

const namedCurves: Readonly<Record<string, string>> = {
    P224: "secp224r1",
    P256: "prime256v1",
    P384: "secp384r1",
    P521: "secp521r1",
};

/** The traditional PEM formats. Go has none for other algorithms. */
const traditional: Readonly<Record<string, "pkcs1" | "sec1">> = { rsa: "pkcs1", ec: "sec1" };

export const algorithms = ["RSA", "ECDSA", "ED25519"];
export const curves = Object.keys(namedCurves);

/** Generates a key, and returns its ID and outputs. The OpenSSH outputs, which nothing here reads, are empty. */
export async function generatePrivateKey(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const { privateKey } = await generateKeys(inputs);
    const publicKey = createPublicKey(privateKey);
    const pkcs8 = toPem(privateKey, "pkcs8");
    const der = publicKey.export({ type: "spki", format: "der" });
    return {
        id: createHash("sha1").update(der).digest("hex"),
        outputs: {
            privateKeyPem: toPem(privateKey, traditional[privateKey.asymmetricKeyType ?? ""] ?? "pkcs8"),
            privateKeyPemPkcs8: pkcs8,
            privateKeyOpenssh: "",
            publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
            publicKeyOpenssh: "",
            publicKeyFingerprintMd5: "",
            publicKeyFingerprintSha256: "",
        },
    };
}

function generateKeys(inputs: Properties): Promise<{ privateKey: KeyObject }> {
    switch (inputs["algorithm"]) {
        case "RSA":
            return generate("rsa", { modulusLength: Number(inputs["rsaBits"]) });
        case "ECDSA":
            return generate("ec", { namedCurve: namedCurves[toText(inputs["ecdsaCurve"])] });
        default:
            return generate("ed25519", {});
    }
}

function toPem(key: KeyObject, type: "pkcs1" | "sec1" | "pkcs8"): string {
    return key.export({ type, format: "pem" }).toString();
}

/** Parses a private key from PEM, and names its algorithm as the provider does. */
export function parsePrivateKey(text: string, property: string): { key: KeyObject; algorithm: string } {
    let key: KeyObject;
    try {
        key = createPrivateKey(text);
    } catch (error) {
        throw new Error(`Failed to parse ${property}: ${(error as Error).message}`, { cause: error });
    }
    const algorithm = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" }[key.asymmetricKeyType as string];
    if (algorithm === undefined) {
        throw new Error(`Failed to parse ${property}: unsupported private key type: ${key.asymmetricKeyType}`);
    }
    return { key, algorithm };
}
