/** Certificate requests that clients made themselves (PKCS #10, RFC 2986): their keys never leave them. */
import * as x509 from "./library";
import { type Check } from "../validation/checks";
import { spiffeUri, validateTrustDomain } from "./spiffe";
import { ipAddress } from "./alternativeNames";
import { dnsName } from "../kubernetes/names";
import { leafKeyUsages } from "./keyAlgorithm";
import { problem, type Problem } from "../validation/problem";
import { hasPrivateKey } from "./pem";

/** What is wrong with a request, its signature aside. */
export const certificateRequestCheck: Check = (value, path) => {
    const refused = (reason: string): Problem[] => [{ propertyPath: path, reason }];
    if (typeof value === "string" && hasPrivateKey(value)) {
        return refused("holds a private key, which only the client may know: give the request alone, of a new key");
    }
    const request = parseRequest(value);
    if (request === undefined) {
        return refused(
            'must be one certificate request in PEM form and nothing else, which begins with "-----BEGIN CERTIFICATE REQUEST-----"',
        );
    }
    const { name, namedCurve, modulusLength = 0 } = keyOf(request);
    if (isRsa(request) ? modulusLength < 2048 : !["P-256", "P-384"].includes(namedCurve ?? "")) {
        const kind = [name, namedCurve, modulusLength || undefined].filter((part) => part !== undefined).join(" ");
        return refused(
            `is for a key of the kind ${kind}, and has to be for ECDSA P-256, ECDSA P-384, or RSA of 2048 bits at least: Envoy takes no Ed25519 from clients, in TLS 1.3 no P-521, and shorter RSA is weak`,
        );
    }
    return validateNames(request, path);
};

/**
 * Envoy takes every URI and every DNS name in a certificate for an identity (source/extensions/filters/common/rbac/matchers.cc), and the
 * tls provider takes the names over as they are: a DNS name that reads like a URI would be one more identity.
 */
function validateNames(request: x509.Pkcs10CertificateRequest, path: string): Problem[] {
    // Go looks into all of them, and this library into the first.
    const asked = request.getAttributes(extensionRequest);
    const extensions = request.getExtensions(subjectAlternativeName);
    if (asked.length > 1 || asked.some(({ values }) => values.length > 1) || extensions.length > 1) {
        return [
            {
                propertyPath: path,
                reason: "asks for subject alternative names in more than one place: have it made anew",
            },
        ];
    }
    return namesOf(request).flatMap(({ type, value }) => {
        const problems =
            type === "dns"
                ? dnsName(value, path)
                : type === "ip"
                  ? ipAddress(value, path)
                  : type === "url"
                    ? []
                    : [
                          problem(
                              path,
                              value,
                              `is a name of the kind ${type}: DNS names, IP addresses and URIs are taken`,
                          ),
                      ];
        return problems.map((found) => ({ ...found, reason: `in the request ${found.reason}` }));
    });
}

const extensionRequest = "1.2.840.113549.1.9.14";
const subjectAlternativeName = "2.5.29.17";

function namesOf(request: x509.Pkcs10CertificateRequest): readonly x509.GeneralName[] {
    const names = request.getExtension(subjectAlternativeName);
    return names instanceof x509.SubjectAlternativeNameExtension ? names.names.items : [];
}

/** The request as it was checked, so that the tls provider reads no other one out of the same text. */
export function normalizeRequest(requestPem: string): string {
    const request = parseRequest(requestPem);
    return request === undefined ? "" : `${x509.PemConverter.encode(request.rawData, "CERTIFICATE REQUEST")}\n`;
}

/** The identities that a request asks for: Istio's policies know a client by any of them. */
export function requestedUris(requestPem: unknown): string[] {
    const request = parseRequest(requestPem);
    return request === undefined ? [] : namesOf(request).flatMap(({ type, value }) => (type === "url" ? [value] : []));
}

/** With another identity in its certificate a client would pass for somebody else. */
export function validateRequestedUris(requestPem: unknown, path: string, meshTrustDomain: unknown): Problem[] {
    return requestedUris(requestPem)
        .flatMap((uri) => [...spiffeUri(uri, path), ...validateTrustDomain(uri, path, meshTrustDomain)])
        .map((found) => ({ ...found, reason: `in the request ${found.reason}` }));
}

/** Whoever signs a request has its key; the tls provider signs it whoever made it (terraform-provider-tls, resource_locally_signed_cert.go). */
export async function validateSignature(requestPem: unknown, path: string): Promise<Problem[]> {
    const signed = await parseRequest(requestPem)
        ?.verify()
        .catch(() => "unknown" as const);
    if (signed === undefined || signed === true) {
        return [];
    }
    const reason =
        signed === "unknown"
            ? "is signed in a way that is not known here: have it made with SHA-256"
            : "is not signed with the key that it is for: ask the client for the request once more, by a way that does not change it";
    return [{ propertyPath: path, reason }];
}

/** Key usage bits for the key of a request. */
export function requestKeyUsages(requestPem: string): string[] {
    const request = parseRequest(requestPem);
    return leafKeyUsages(request !== undefined && isRsa(request) ? "RSA" : "ECDSA");
}

function isRsa(request: x509.Pkcs10CertificateRequest): boolean {
    return keyOf(request).name.startsWith("RSA");
}

function keyOf({ publicKey }: x509.Pkcs10CertificateRequest) {
    return publicKey.algorithm as {
        readonly name: string;
        readonly namedCurve?: string;
        readonly modulusLength?: number;
    };
}

function parseRequest(value: unknown): x509.Pkcs10CertificateRequest | undefined {
    try {
        const blocks = x509.PemConverter.decodeWithHeaders(value as string);
        const [first] = blocks;
        const begun = (value as string).split("-----BEGIN ").length - 1;
        return first?.type === "CERTIFICATE REQUEST" && begun === 1
            ? new x509.Pkcs10CertificateRequest(first.rawData)
            : undefined;
    } catch {
        return undefined;
    }
}
