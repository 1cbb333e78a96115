/** PEM in strings, as it is or in base64, for example in a Secret's data or a kubeconfig. */
import { hasPrivateKey } from "../components/x509/pem";
import { findStrings, type Path } from "./values";

/** "-----BEGIN " in base64. */
const encodedPem = /LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]*/g;

/** Only one way to match white space: with two, the time for a long run of it grows with the square of its length. */
const allBase64 = /^[A-Za-z0-9+/\s]+(=[=\s]*)?$/;

/** A string and everything that it holds in base64, at any depth. */
export function decodeBase64(text: string): string[] {
    const encoded = allBase64.test(text) ? [text] : (text.match(encodedPem) ?? []);
    return [text, ...encoded.map((part) => Buffer.from(part, "base64").toString()).flatMap(decodeBase64)];
}

/** The paths at which a value holds private keys in PEM. */
export function findPrivateKeys(value: unknown): Path[] {
    return findStrings(value).flatMap(({ path, text }) => (decodeBase64(text).some(hasPrivateKey) ? [path] : []));
}
