/** Certificates, certificate signing requests and revocation lists for the tests. */
import "reflect-metadata";
import type { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate with its private key, both in PEM form. */
export interface Pair {
    readonly certificatePem: string;
    readonly privateKeyPem: string;
}

/** A self-signed certificate, valid for the last ten days and some more (negative: expired). Default: a CA certificate. */
export async function selfSigned(
    options: { ca?: boolean; days?: number; commonName?: string; emptySubject?: boolean; keyIdentifier?: boolean } = {},
): Promise<Pair> {
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const day = 24 * 3600 * 1000;
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
        name: options.emptySubject ? "" : `CN=${options.commonName ?? "tests"}`,
        keys,
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 10 * day),
        notAfter: new Date(Date.now() + (options.days ?? 30) * day),
        extensions: [
            new x509.BasicConstraintsExtension(options.ca ?? true, undefined, true),
            ...(options.keyIdentifier ? [await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)] : []),
        ],
    });
    const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificatePem: `${certificate.toString("pem")}\n`,
        privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    };
}

/** An intermediate CA, whose certificate the root issued. */
export async function subordinate(root: Pair): Promise<Pair> {
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
        subject: "CN=partners",
        issuer: new x509.X509Certificate(root.certificatePem).subject,
        publicKey: keys.publicKey,
        signingKey: await signingKeyOf(root),
        signingAlgorithm: algorithm,
        notBefore: new Date(Date.now() - 3600_000),
        notAfter: new Date(Date.now() + 24 * 3600_000),
        extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
    const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificatePem: `${certificate.toString("pem")}\n`,
        privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    };
}

function signingKeyOf({ privateKeyPem }: Pair) {
    return crypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(privateKeyPem), algorithm, false, ["sign"]);
}

/** A CSR with its private key, both in PEM form. */
export interface Requested {
    readonly certificateRequestPem: string;
    readonly privateKeyPem: string;
}

/** What a client creates that keeps its private key. */
export async function requested(
    uris: readonly string[],
    keyAlgorithm: { readonly name: string; readonly namedCurve?: string } = { name: "ECDSA", namedCurve: "P-256" },
    furtherNames: x509.JsonGeneralNames = [],
): Promise<Requested> {
    const keys = (await crypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
        name: "O=Partner",
        keys,
        signingAlgorithm: { ...keyAlgorithm, hash: "SHA-256" },
        extensions:
            uris.length > 0
                ? [
                      new x509.SubjectAlternativeNameExtension([
                          ...uris.map((value) => ({ type: "url" as const, value })),
                          ...furtherNames,
                      ]),
                  ]
                : [],
    });
    const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
    return {
        certificateRequestPem: `${request.toString("pem")}\n`,
        privateKeyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"),
    };
}

/** The CSR with one bit of its signature flipped. */
export function damaged(certificateRequestPem: string): string {
    const raw = Buffer.from(x509.PemConverter.decodeFirst(certificateRequestPem));
    raw.writeUInt8(raw.readUInt8(raw.length - 1) ^ 1, raw.length - 1);
    return x509.PemConverter.encode(raw, "CERTIFICATE REQUEST");
}

/** A revocation list of a CA, with serial numbers in hexadecimal, valid for some hours (negative: expired). */
export async function revocationList(
    authority: Pair,
    serialNumbers: readonly string[] = [],
    validHours = 24,
    ageHours = 48,
): Promise<string> {
    const signingKey = await signingKeyOf(authority);
    const hour = 3600 * 1000;
    const list = await x509.X509CrlGenerator.create({
        issuer: new x509.X509Certificate(authority.certificatePem).subject,
        thisUpdate: new Date(Date.now() - ageHours * hour),
        nextUpdate: new Date(Date.now() + validHours * hour),
        // Without a reason the generator writes an empty list of extensions, which BoringSSL cannot read.
        entries: serialNumbers.map((serialNumber) => ({
            serialNumber,
            revocationDate: new Date(),
            reason: x509.X509CrlReason.keyCompromise,
        })),
        signingAlgorithm: algorithm,
        signingKey,
    });
    return `${x509.PemConverter.encode(list.rawData, "X509 CRL")}\n`;
}
