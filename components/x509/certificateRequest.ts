/** Certificate signing requests (CSRs; PKCS #10, RFC 2986) that clients create, so that their private keys never leave them. */
import type { GeneralName, Pkcs10CertificateRequest } from "@peculiar/x509";
import { dnsName } from "../kubernetes/names";
import type { Check } from "../validation/checks";
import * as problem from "../validation/problem";
import { textOr } from "../validation/unchecked";
import { ipAddress } from "./alternativeNames";
import { leafKeyUsages } from "./keyAlgorithm";
import { loadX509 } from "./library";
import { decodePem, hasPrivateKey } from "./pem";
import { spiffeUri, validateTrustDomain } from "./spiffe";

/** Everything but the signature, whose verification is asynchronous. */
export const certificateRequestCheck: Check = (value, path) => {
    const invalid = (reason: string) => [problem.invalid(path, undefined, reason)];
    if (typeof value === "string" && hasPrivateKey(value)) {
        return invalid(
            "contains a private key, which must stay with the client. Set the CSR only, created from a new key",
        );
    }
    const request = parseRequest(value);
    if (request === undefined) {
        return invalid(
            'must be one CSR in PEM form and nothing else, beginning with "-----BEGIN CERTIFICATE REQUEST-----"',
        );
    }
    const { name, namedCurve, modulusLength = 0 } = keyOf(request);
    if (isRsa(request) ? modulusLength < 2048 : !["P-256", "P-384"].includes(namedCurve ?? "")) {
        const kind = [name, namedCurve, modulusLength || undefined].filter((part) => part !== undefined).join(" ");
        return invalid(
            `is for a key of the kind ${kind}, but must be for ECDSA P-256, ECDSA P-384, or RSA with at least 2048 bits: Envoy accepts no Ed25519 from clients, and no P-521 in TLS 1.3; a shorter RSA key is weak`,
        );
    }
    return validateNames(request, path);
};

/**
 * Envoy treats every URI and every DNS name in a certificate as an identity (source/extensions/filters/common/rbac/matchers.cc), and the
 * tls provider copies the names as they are: a DNS name that reads like a URI would be one more identity.
 */
function validateNames(request: Pkcs10CertificateRequest, path: string): problem.Problem[] {
    // Go reads all of these attributes and extensions, this library only the first of each.
    const asked = request.getAttributes(extensionRequest);
    const extensions = request.getExtensions(subjectAlternativeName);
    if (asked.length > 1 || asked.some(({ values }) => values.length > 1) || extensions.length > 1) {
        return [
            problem.invalid(
                path,
                undefined,
                "requests subject alternative names in more than one place. Have it created again, with one subjectAltName extension",
            ),
        ];
    }
    return namesOf(request)
        .flatMap((name) => validateName(name, path))
        .map(inRequest);
}

function validateName({ type, value }: GeneralName, path: string): problem.Problem[] {
    switch (type) {
        case "dns":
            return dnsName(value, path);
        case "ip":
            return ipAddress(value, path);
        case "url":
            // See validateRequestedUris.
            return [];
        default:
            return [
                problem.invalid(
                    path,
                    value,
                    `has the unsupported type ${type}: the names must be DNS names, IP addresses or URIs`,
                ),
            ];
    }
}

/** The value of the problem is one name, and not all of the argument. */
function inRequest(found: problem.Problem): problem.Problem {
    return { ...found, reason: `in the CSR ${found.reason}` };
}

const extensionRequest = "1.2.840.113549.1.9.14";
const subjectAlternativeName = "2.5.29.17";

function namesOf(request: Pkcs10CertificateRequest): readonly GeneralName[] {
    const names = request.getExtension(subjectAlternativeName);
    return names instanceof loadX509().SubjectAlternativeNameExtension ? names.names.items : [];
}

/** The request exactly as it was checked, so that the tls provider reads no other one from the text. */
export function normalizeRequest(requestPem: string): string {
    const request = parseRequest(requestPem);
    return request === undefined ? "" : `${loadX509().PemConverter.encode(request.rawData, "CERTIFICATE REQUEST")}\n`;
}

/** The identities that a request asks for: Istio's policies identify a client by any of them. */
export function requestedUris(requestPem: unknown): string[] {
    const request = parseRequest(requestPem);
    return request === undefined ? [] : namesOf(request).flatMap(({ type, value }) => (type === "url" ? [value] : []));
}

/** With another identity in its certificate a client could impersonate another client or a workload. */
export function validateRequestedUris(requestPem: unknown, path: string, meshTrustDomain: unknown): problem.Problem[] {
    return requestedUris(requestPem)
        .flatMap((uri) => [...spiffeUri(uri, path), ...validateTrustDomain(uri, path, meshTrustDomain)])
        .map(inRequest);
}

/**
 * A valid signature proves that the requester has the private key. The tls provider issues a certificate without verifying it
 * (terraform-provider-tls, resource_locally_signed_cert.go).
 */
export async function validateSignature(requestPem: unknown, path: string): Promise<problem.Problem[]> {
    const verified = await parseRequest(requestPem)
        ?.verify()
        .catch(() => "unknown" as const);
    if (verified === undefined || verified === true) {
        return [];
    }
    return [
        problem.invalid(
            path,
            undefined,
            verified === "unknown"
                ? "has a signature of an unknown kind. Have it created again, signed with SHA-256"
                : "has an invalid signature. Request the CSR from the client again, over a channel that does not change it",
        ),
    ];
}

/** Key usage bits for the key of a request. */
export function requestKeyUsages(requestPem: string): string[] {
    const request = parseRequest(requestPem);
    return leafKeyUsages(request !== undefined && isRsa(request) ? "RSA" : "ECDSA");
}

function isRsa(request: Pkcs10CertificateRequest): boolean {
    return keyOf(request).name.startsWith("RSA");
}

function keyOf({ publicKey }: Pkcs10CertificateRequest) {
    return publicKey.algorithm as {
        readonly name: string;
        readonly namedCurve?: string;
        readonly modulusLength?: number;
    };
}

/** Undefined unless the text is one request. A second BEGIN line could be a request that only the tls provider reads. */
function parseRequest(value: unknown): Pkcs10CertificateRequest | undefined {
    try {
        const [first] = decodePem(value);
        const begun = textOr(value, "").split("-----BEGIN ").length - 1;
        return first?.type === "CERTIFICATE REQUEST" && begun === 1
            ? new (loadX509().Pkcs10CertificateRequest)(first.der)
            : undefined;
    } catch {
        return undefined;
    }
}
