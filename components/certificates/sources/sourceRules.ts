/** Rules for the arguments that choose a source of certificates: one source at a time, with the arguments that apply to it. */
import { asksForCertificates, tlsModes } from "../../listeners/listeners";
import { exclusive } from "../../validation/exclusive";
import * as problem from "../../validation/problem";
import { parseAuthorityChain } from "../../x509/authorityChain";
import { readCertificate } from "../../x509/readCertificate";
import type { CertManager } from "./certManagerIssuer";
import { type ExistingSecrets, validateExistingSecrets } from "./existingSecrets";
import type { CertificateInputs } from "./source";

type CertificateArguments = CertificateInputs & {
    readonly existingSecrets?: ExistingSecrets;
    readonly certManager?: CertManager;
};

export function validateCertificateSource(args: CertificateArguments): problem.Problem[] {
    const sources = (["certificateAuthority", "existingSecrets", "certManager"] as const).filter((one) => args[one]);
    const { certManager, clients } = args;
    return [
        ...exclusive(
            sources.slice(1).map((path) => ({
                path,
                excludedBy: sources[0] ?? "",
                both: true,
                because: "certificates come from one source",
            })),
        ),
        ...validateNextAuthority(args),
        ...validateRevocationArguments(args),
        ...validateExistingSecrets(args),
        ...exclusive(
            (clients ?? []).map(({ certificateRequestPem }, index) => ({
                path: `clients[${index}].certificateRequestPem`,
                excludedBy: "certManager",
                both: Boolean(certManager && certificateRequestPem),
                because:
                    "cert-manager generates the clients' keys, and only certificateAuthority or the component's own CA signs a CSR",
            })),
        ),
    ];
}

function validateNextAuthority({
    certificateAuthority: current,
    nextCertificateAuthority: next,
    existingSecrets,
    certManager,
}: CertificateArguments): problem.Problem[] {
    const path = "nextCertificateAuthority";
    if (!next) {
        return [];
    }
    if (existingSecrets || certManager) {
        return exclusive([
            {
                path,
                excludedBy: existingSecrets ? "existingSecrets" : "certManager",
                both: true,
                because: "the CA is chosen outside the component",
            },
        ]);
    }
    const [currentPem, nextPem]: unknown[] = [current?.certificatePem, next.certificatePem];
    if (typeof currentPem !== "string" || typeof nextPem !== "string") {
        return [];
    }
    return validateDistinctness(currentPem, nextPem, path);
}

/** A verifier finds the issuer of a certificate by its name, and among CAs of one name by the key identifier (RFC 5280, section 4.2.1.1). */
function validateDistinctness(currentPem: string, nextPem: string, path: string): problem.Problem[] {
    const [current, next] = [currentPem, nextPem].map((pem) => readCertificate(parseAuthorityChain(pem).signing));
    // validateGivenAuthority reports a certificate that cannot be read.
    if (current === undefined || next === undefined || current.subject !== next.subject) {
        return [];
    }
    if (current.der.equals(next.der)) {
        return [problem.invalid(path, undefined, "is the same CA as certificateAuthority. Remove it")];
    }
    return next.subjectKeyIdentifier === undefined
        ? [
              problem.invalid(
                  `${path}.certificatePem`,
                  undefined,
                  `has the same subject as certificateAuthority, ${JSON.stringify(current.subject)}, and no subject key identifier, so verifiers cannot tell the two CAs apart. Use a CA with another subject`,
              ),
          ]
        : [];
}

function validateRevocationArguments({
    certificateRevocationListPem,
    certificateAuthority,
    nextCertificateAuthority,
    listeners,
}: CertificateArguments): problem.Problem[] {
    const forbidden = (detail: string) => [problem.forbidden("certificateRevocationListPem", detail)];
    if (!certificateRevocationListPem) {
        return [];
    }
    if (!certificateAuthority) {
        return forbidden(
            "requires certificateAuthority, because only the holder of the CA's private key can sign a list. To revoke a client, remove it from clients",
        );
    }
    const isIntermediate = [certificateAuthority, nextCertificateAuthority].some(
        (given) =>
            typeof given?.certificatePem === "string" && parseAuthorityChain(given.certificatePem).all.length > 1,
    );
    if (isIntermediate) {
        return forbidden(
            "requires a root CA: for an intermediate CA, Envoy would also require the list of its issuer, and reject every client. To revoke a client, remove it from clients",
        );
    }
    const modes: unknown[] = tlsModes(listeners);
    return asksForCertificates(modes)
        ? []
        : forbidden(
              'revokes client certificates, but no listener requests them. Remove it, or set the TLS mode "MUTUAL"',
          );
}
