/** Texts in PEM form (RFC 7468). */
import type { Check } from "../validation/checks";
import * as problem from "../validation/problem";
import { textOr } from "../validation/unchecked";

/** OpenSSL and Go read a certificate with white space anywhere in its base64, and with none. */
const certificateBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

/** The certificates of a text, each exactly as the text contains it. */
export function splitCertificates(text: unknown): string[] {
    return textOr(text, "").match(certificateBlock) ?? [];
}

/** Lines of base64 after optional headers (RFC 1421, section 4.4), whose continuation lines begin with a space. */
const block =
    /-----BEGIN ([^\n]+)-----\n(?:[^:\n]+: [^\n]+\n(?: [^\n]+\n|[^: \n][^:\n]*: [^\n]+\n)*)?\n?((?:[A-Za-z0-9+/=]+\n)+)-----END \1-----/g;

/** One block of a PEM text. */
export interface PemBlock {
    /** The label, such as "CERTIFICATE REQUEST". */
    readonly type: string;
    readonly der: Buffer;
}

/** All blocks of a text. Throws if the base64 of one is malformed. */
export function decodePem(text: unknown): PemBlock[] {
    return [...textOr(text, "").replace(/\r/g, "").matchAll(block)].map(([, type = "", base64 = ""]) => ({
        type,
        der: decodeBase64(base64.replace(/\n/g, "")),
    }));
}

/** Node.js itself skips what is not base64. */
function decodeBase64(text: string): Buffer {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
        throw new Error("malformed base64");
    }
    return Buffer.from(text, "base64");
}

/** A PEM text. Problems never show the value, since it may be a private key. */
export const pem: Check = (value, path) =>
    typeof value === "string" && value.includes("-----BEGIN ")
        ? []
        : [problem.invalid(path, undefined, 'must be a text in PEM form, which begins with "-----BEGIN "')];

/** Certificates alone: outputs return them in plaintext, so a private key must not come with them. */
export const certificatesPem: Check = (value, path) => {
    if (typeof value === "string" && hasPrivateKey(value)) {
        return [
            problem.invalid(
                path,
                undefined,
                "contains a private key in addition to certificates. Set the certificates only",
            ),
        ];
    }
    const text = textOr(value, "");
    const outside = splitCertificates(text).reduce((rest, certificate) => rest.replace(certificate, ""), text);
    return text !== "" && outside.trim() === ""
        ? []
        : [
              problem.invalid(
                  path,
                  undefined,
                  'must contain only certificates in PEM form, each beginning with "-----BEGIN CERTIFICATE-----"',
              ),
          ];
};

/** Whether a text contains a private key in PEM form (RFC 7468), of any kind. */
export function hasPrivateKey(text: string): boolean {
    return privateKeyBegun.test(text);
}

/**
 * The heading and the beginning of the key: scripts search for such a heading, and descriptions quote it. In JSON the end of a line is
 * "\\n", and "\\\\n" in JSON within JSON. The shortest keys, of Ed25519, have 64 characters in base64; keys that OpenSSL encrypts have
 * headers before it (RFC 1421).
 */
const privateKeyBegun =
    /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----(\s|\\+[nr])+(Proc-Type:|[A-Za-z0-9+/](((\\+[nr]|[\r\n])[ \t]*)*[A-Za-z0-9+/]){31})/;
