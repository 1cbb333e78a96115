import { texts } from "./values";
import { hasPrivateKey } from "../components/x509/pem";

/** "-----BEGIN " in base64. */
const begun = /LS0tLS1CRUdJTi[A-Za-z0-9+/=\s]*/g;
/** One way alone to read white space: with two of them long runs of it take a time that grows with their square. */
const allBase64 = /^[A-Za-z0-9+/\s]+(=[=\s]*)?$/;

/** A text, and what is in it in base64. */
export function decoded(text: string): string[] {
    const encoded = allBase64.test(text) ? [text] : (text.match(begun) ?? []);
    return [text, ...encoded.map((part) => Buffer.from(part, "base64").toString()).flatMap(decoded)];
}

/** Where a value has private keys in PEM form. */
export function privateKeys(value: unknown): (readonly string[])[] {
    return texts(value).flatMap(({ keys, text }) => (decoded(text).some(hasPrivateKey) ? [keys] : []));
}
