/** Private keys in the forms in which terraform-provider-tls prints them: resource_private_key.go, common_key.go. */
import { type KeyObject, createHash, createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { type Properties, text } from "../plugin/values";

const generate = promisify(generateKeyPair) as (type: string, options: object) => Promise<{ privateKey: KeyObject }>;

const namedCurves: Readonly<Record<string, string>> = {
    P224: "secp224r1",
    P256: "prime256v1",
    P384: "secp384r1",
    P521: "secp521r1",
};

/** Go has no older form for any other algorithm. */
const traditional: Readonly<Record<string, "pkcs1" | "sec1">> = { rsa: "pkcs1", ec: "sec1" };

export const algorithms = ["RSA", "ECDSA", "ED25519"];
export const curves = Object.keys(namedCurves);

/** A new key's outputs, its ID among them. The OpenSSH forms, which nothing here reads, are left empty. */
export async function newPrivateKey(inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const { privateKey } = await generateFor(inputs);
    const publicKey = createPublicKey(privateKey);
    const pkcs8 = pem(privateKey, "pkcs8");
    const der = publicKey.export({ type: "spki", format: "der" });
    return {
        id: createHash("sha1").update(der).digest("hex"),
        outputs: {
            privateKeyPem: pem(privateKey, traditional[privateKey.asymmetricKeyType ?? ""] ?? "pkcs8"),
            privateKeyPemPkcs8: pkcs8,
            privateKeyOpenssh: "",
            publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
            publicKeyOpenssh: "",
            publicKeyFingerprintMd5: "",
            publicKeyFingerprintSha256: "",
        },
    };
}

function generateFor(inputs: Properties): Promise<{ privateKey: KeyObject }> {
    switch (inputs["algorithm"]) {
        case "RSA":
            return generate("rsa", { modulusLength: Number(inputs["rsaBits"]) });
        case "ECDSA":
            return generate("ec", { namedCurve: namedCurves[text(inputs["ecdsaCurve"])] });
        default:
            return generate("ed25519", {});
    }
}

function pem(key: KeyObject, type: "pkcs1" | "sec1" | "pkcs8"): string {
    return key.export({ type, format: "pem" }).toString();
}

/** A private key from its PEM, with the algorithm's name as the provider writes it. */
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
