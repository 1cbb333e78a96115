import type { Check } from "../validation/checks";

/** A PEM text; the value never appears in an error, since it may be a private key. */
export const pem: Check = (value, path) =>
    typeof value === "string" && value.includes("-----BEGIN ")
        ? []
        : [{ propertyPath: path, reason: 'must be a text in PEM form, which begins with "-----BEGIN "' }];

/** Certificates alone: what is given out as a certificate must not have a private key beside it. */
export const certificatesPem: Check = (value, path) => {
    if (typeof value === "string" && hasPrivateKey(value)) {
        return [
            { propertyPath: path, reason: "holds a private key beside the certificate: give the certificate alone" },
        ];
    }
    const outside = typeof value === "string" ? value.replace(certificateBlock, "").trim() : undefined;
    return outside === "" && value !== ""
        ? []
        : [
              {
                  propertyPath: path,
                  reason: 'must be certificates in PEM form and nothing else, which begin with "-----BEGIN CERTIFICATE-----"',
              },
          ];
};

/** Whether a text holds a private key in PEM form (RFC 7468), of whatever kind. */
export function hasPrivateKey(text: string): boolean {
    return privateKeyBegun.test(text);
}

/**
 * With the beginning of the key: scripts look for such a heading, and descriptions quote it. In JSON the end of a line is "\\n", and
 * "\\\\n" in JSON within JSON. The shortest keys, of Ed25519, have 64 characters in base64; keys that OpenSSL encrypts have fields of
 * their own before it (RFC 1421).
 */
const privateKeyBegun =
    /-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----(\s|\\+[nr])+(Proc-Type:|[A-Za-z0-9+/](((\\+[nr]|[\r\n])[ \t]*)*[A-Za-z0-9+/]){31})/;

/** One certificate in a PEM text. */
export const certificateBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;
