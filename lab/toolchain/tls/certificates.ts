/** Issues certificates and CSRs as terraform-provider-tls does: common_cert.go, with Go's crypto/x509. */
import { createHash, createPublicKey, type KeyObject, randomBytes, type webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { type Properties, toText } from "../plugin/values";
import { parsePrivateKey } from "./keys";
import { readRequestedAlternativeNames, readRequestedName, toAlternativeNames, toDistinguishedName } from "./subject";
import { extendedKeyUsages, keyUsages } from "./uses";

type SigningAlgorithm = Parameters<KeyObject["toCryptoKey"]>[0] & { readonly name: string };

interface Issued {
    readonly id: string;
    readonly outputs: Properties;
}

export async function createCertificateRequest(inputs: Properties): Promise<Issued> {
    const { key, algorithm } = parsePrivateKey(toText(inputs["privateKeyPem"]), "privateKeyPem");
    const names = toAlternativeNames(inputs);
    const subject = toDistinguishedName(inputs["subject"]);
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
        name: subject,
        keys: toKeyPair(key),
        signingAlgorithm: signingAlgorithm(key),
        extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names, isEmpty(subject))] : [],
    });
    return {
        id: createHash("sha1").update(Buffer.from(request.rawData)).digest("hex"),
        outputs: { certRequestPem: toPem(request), keyAlgorithm: algorithm },
    };
}

export async function createSelfSignedCertificate(inputs: Properties): Promise<Issued> {
    const { key, algorithm } = parsePrivateKey(toText(inputs["privateKeyPem"]), "privateKeyPem");
    const subject = toDistinguishedName(inputs["subject"]);
    const { publicKey } = toKeyPair(key);
    const ownKeyId = await computeKeyId(publicKey);
    const hasKeyId = inputs["setSubjectKeyId"] === true || inputs["isCaCertificate"] === true;
    if (inputs["setAuthorityKeyId"] === true && !hasKeyId) {
        throw new Error("Invalid Certificate Authority: Could not determine Authority Key Identifier");
    }
    const issued = await issue(inputs, {
        subject,
        issuer: subject,
        names: toAlternativeNames(inputs),
        publicKey,
        issuerKey: key,
        issuerKeyId: inputs["setAuthorityKeyId"] === true ? ownKeyId : undefined,
    });
    return { id: issued.id, outputs: { ...issued.outputs, keyAlgorithm: algorithm } };
}

export async function createLocallySignedCertificate(inputs: Properties): Promise<Issued> {
    const request = parseProperty(
        "certRequestPem",
        () => new x509.Pkcs10CertificateRequest(toText(inputs["certRequestPem"])),
    );
    const authority = parseProperty("caCertPem", () => new x509.X509Certificate(toText(inputs["caCertPem"])));
    const { key, algorithm } = parsePrivateKey(toText(inputs["caPrivateKeyPem"]), "caPrivateKeyPem");
    const issued = await issue(inputs, {
        subject: readRequestedName(request),
        issuer: authority.subjectName,
        names: readRequestedAlternativeNames(request),
        publicKey: (await request.publicKey.export()) as webcrypto.CryptoKey,
        issuerKey: key,
        // Go sets the authority key ID if the issuer's certificate has a subject key ID.
        issuerKeyId: authority.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId,
    });
    return { id: issued.id, outputs: { ...issued.outputs, caKeyAlgorithm: algorithm } };
}

interface Template {
    readonly subject: x509.Name;
    readonly issuer: x509.Name;
    readonly names: ReturnType<typeof toAlternativeNames>;
    readonly publicKey: webcrypto.CryptoKey;
    readonly issuerKey: KeyObject;
    readonly issuerKeyId: string | undefined;
}

async function issue(inputs: Properties, template: Template): Promise<Issued> {
    const isAuthority = inputs["isCaCertificate"] === true;
    if (isAuthority && isEmpty(template.subject)) {
        throw new Error(
            "Invalid Certificate Subject: Must contain at least one Distinguished Name when creating Certificate " +
                "Authority (CA)",
        );
    }
    const start = new Date();
    const end = new Date(start.getTime() + Number(inputs["validityPeriodHours"]) * 3_600_000);
    const serialNumber = randomBytes(16);
    // A serial number is positive, and the first bit is its sign.
    serialNumber[0] = (serialNumber[0] ?? 0) & 0x7f;
    const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: serialNumber.toString("hex"),
        subject: template.subject,
        issuer: template.issuer,
        notBefore: start,
        notAfter: end,
        publicKey: template.publicKey,
        signingKey: toSigningKey(template.issuerKey),
        signingAlgorithm: signingAlgorithm(template.issuerKey),
        extensions: await createExtensions(inputs, template, isAuthority),
    });
    return {
        id: BigInt(`0x${serialNumber.toString("hex")}`).toString(),
        outputs: {
            certPem: toPem(certificate),
            validityStartTime: start.toISOString(),
            validityEndTime: end.toISOString(),
        },
    };
}

async function createExtensions(
    inputs: Properties,
    template: Template,
    isAuthority: boolean,
): Promise<x509.Extension[]> {
    const uses = (inputs["allowedUses"] ?? []) as string[];
    const usages = uses.map((use) => keyUsages[use]).filter((flag) => flag !== undefined);
    const extended = uses.map((use) => extendedKeyUsages[use]).filter((oid) => oid !== undefined);
    const pathLength = Number(inputs["maxPathLength"] ?? -1);
    const result: x509.Extension[] = [];
    if (usages.length > 0) {
        const flags = usages.reduce<number>((left, right) => left | right, 0);
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- The flags of this enum can be combined.
        result.push(new x509.KeyUsagesExtension(flags, true));
    }
    if (extended.length > 0) {
        result.push(new x509.ExtendedKeyUsageExtension(extended));
    }
    // Go treats a path length of 0 as unset.
    result.push(
        new x509.BasicConstraintsExtension(isAuthority, isAuthority && pathLength > 0 ? pathLength : undefined, true),
    );
    if (isAuthority || inputs["setSubjectKeyId"] === true) {
        result.push(new x509.SubjectKeyIdentifierExtension(await computeKeyId(template.publicKey)));
    }
    if (template.issuerKeyId !== undefined) {
        result.push(new x509.AuthorityKeyIdentifierExtension(template.issuerKeyId));
    }
    if (template.names.length > 0) {
        result.push(new x509.SubjectAlternativeNameExtension(template.names, isEmpty(template.subject)));
    }
    return result;
}

/** The SHA-1 digest of the public key, in hexadecimal. */
async function computeKeyId(publicKey: webcrypto.CryptoKey): Promise<string> {
    return (await x509.SubjectKeyIdentifierExtension.create(publicKey)).keyId;
}

function signingAlgorithm(key: KeyObject): SigningAlgorithm {
    if (key.asymmetricKeyType === "rsa") {
        return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    }
    if (key.asymmetricKeyType === "ed25519") {
        return { name: "Ed25519" };
    }
    const curves: Readonly<Record<string, readonly [string, string]>> = {
        prime256v1: ["P-256", "SHA-256"],
        secp384r1: ["P-384", "SHA-384"],
        secp521r1: ["P-521", "SHA-512"],
    };
    const [namedCurve, hash] = curves[key.asymmetricKeyDetails?.namedCurve ?? ""] ?? [];
    if (namedCurve === undefined) {
        throw new Error("the stand-in for the tls plugin signs only with the curves P256, P384 and P521");
    }
    return { name: "ECDSA", namedCurve, hash };
}

function toSigningKey(key: KeyObject): webcrypto.CryptoKey {
    return key.toCryptoKey(signingAlgorithm(key), true, ["sign"]);
}

function toKeyPair(key: KeyObject): { privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey } {
    const publicKey = createPublicKey(key).toCryptoKey(signingAlgorithm(key), true, ["verify"]);
    return { privateKey: toSigningKey(key), publicKey };
}

function parseProperty<T>(property: string, read: () => T): T {
    try {
        return read();
    } catch (error) {
        throw new Error(`Failed to parse ${property}: ${(error as Error).message}`, { cause: error });
    }
}

function isEmpty(name: x509.Name): boolean {
    return name.toJSON().length === 0;
}

function toPem(data: { toString(format: "pem"): string }): string {
    return `${data.toString("pem")}\n`;
}
