/** The sources of certificates: one at a time, and each with what means something there. */
import * as x509 from "../../x509/library";
import { parseAuthorityChain } from "../../x509/authorityChain";
import { type ExistingSecrets, validateExistingSecrets } from "./existingSecrets";
import { asksForCertificates, tlsModes } from "../../listeners/listeners";
import type { CertManager } from "./certManagerIssuer";
import type { CertificateInputs } from "./source";
import type { Problem } from "../../validation/problem";

type CertificateArguments = CertificateInputs & {
    readonly existingSecrets?: ExistingSecrets;
    readonly certManager?: CertManager;
};

export function validateCertificateSource(given: CertificateArguments): Problem[] {
    const sources = (["certificateAuthority", "existingSecrets", "certManager"] as const).filter((one) => given[one]);
    return [
        ...sources.slice(1).map((propertyPath) => ({
            propertyPath,
            reason: `contradicts ${sources[0] ?? ""}: certificates come from one of them; leave the other one out`,
        })),
        ...validateNextAuthority(given),
        ...validateRevocationArguments(given),
        ...validateExistingSecrets(given),
        ...(given.certManager ? (given.clients ?? []) : []).flatMap(({ certificateRequestPem }, index) =>
            certificateRequestPem
                ? [
                      {
                          propertyPath: `clients[${index}].certificateRequestPem`,
                          reason: "contradicts certManager, which makes the clients' keys: leave it out, or let a certificateAuthority sign it",
                      },
                  ]
                : [],
        ),
    ];
}

function validateNextAuthority({
    certificateAuthority: current,
    nextCertificateAuthority: next,
    existingSecrets,
    certManager,
}: CertificateArguments): Problem[] {
    const path = "nextCertificateAuthority";
    if (!next) {
        return [];
    }
    if (existingSecrets || certManager) {
        const other = existingSecrets ? "existingSecrets" : "certManager";
        return [{ propertyPath: path, reason: `contradicts ${other}, where others choose the CA: leave one out` }];
    }
    const [currentPem, nextPem]: unknown[] = [current?.certificatePem, next.certificatePem];
    if (typeof currentPem !== "string" || typeof nextPem !== "string") {
        return [];
    }
    return validateDistinctness(currentPem, nextPem, path);
}

/** Whoever verifies a certificate looks for its issuer by name, and among those of one name by the key identifier (RFC 5280, section 4.2.1.1). */
function validateDistinctness(currentPem: string, nextPem: string, path: string): Problem[] {
    const [current, next] = [currentPem, nextPem].map((pem) => certificateIn(parseAuthorityChain(pem).signing));
    if (current === undefined || next === undefined || current.subject !== next.subject) {
        return [];
    }
    if (Buffer.from(current.rawData).equals(Buffer.from(next.rawData))) {
        return [{ propertyPath: path, reason: "is certificateAuthority already: leave it out" }];
    }
    return next.getExtension(x509.SubjectKeyIdentifierExtension) == null
        ? [
              {
                  propertyPath: `${path}.certificatePem`,
                  reason: `has the subject of certificateAuthority, ${JSON.stringify(current.subject)}, and no subject key identifier by which certificates of the two could be told apart: give it another subject`,
              },
          ]
        : [];
}

/** What cannot be read is refused elsewhere. */
function certificateIn(pem: string): x509.X509Certificate | undefined {
    try {
        return new x509.X509Certificate(pem);
    } catch {
        return undefined;
    }
}

function validateRevocationArguments({
    certificateRevocationListPem,
    certificateAuthority,
    nextCertificateAuthority,
    listeners,
}: CertificateArguments): Problem[] {
    const path = "certificateRevocationListPem";
    if (!certificateRevocationListPem) {
        return [];
    }
    if (!certificateAuthority) {
        return [
            {
                propertyPath: path,
                reason: "needs certificateAuthority: only whoever has the CA's key can sign a list; with clients, taking one off the list revokes it as well",
            },
        ];
    }
    const below = [certificateAuthority, nextCertificateAuthority].some(
        (given) =>
            typeof given?.certificatePem === "string" && parseAuthorityChain(given.certificatePem).all.length > 1,
    );
    if (below) {
        return [
            {
                propertyPath: path,
                reason: "needs a CA that is a root: of one below another CA Envoy would want the list of that one's issuer as well, and refuse every client; take clients off the list in clients instead",
            },
        ];
    }
    const modes: unknown[] = tlsModes(listeners);
    return asksForCertificates(modes)
        ? []
        : [
              {
                  propertyPath: path,
                  reason: 'revokes client certificates, and listeners ask for none: leave it out, or take the TLS mode "MUTUAL"',
              },
          ];
}
