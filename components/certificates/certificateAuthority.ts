/** A certificate authority of one's own, for certificates that only clients and servers of this trust accept. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { announceReplacement } from "../previews/replacements";
import { certificates as messages } from "../previews/messages";
import { checkArguments, throwIfInvalid, withoutSecretValue } from "../validation/arguments";
import { input, object, integer } from "../validation/checks";
import { childOptions } from "../validation/childOptions";
import { KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import type { Problem } from "../validation/problem";
import { validateDefaultCommonName, type Subject, subjectCheck } from "../x509/subject";
import { actualKeyAlgorithm, createPrivateKey } from "./privateKey";
import { authorityLifetime, resolveLifetime, validateLifetime, renewalCheck, validityCheck } from "./lifetime";

export interface CertificateAuthorityArgs {
    /** The CA's distinguished name, which never changes. Default: the component's name as common name. */
    readonly subject?: Subject;
    /** Kind and size of the CA's key, which never changes: "ECDSA-P256", "ECDSA-P384" (Istio 1.25 or newer), "RSA-2048", "RSA-3072" or "RSA-4096". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How many CAs may stand below this one in a chain (basic constraints, RFC 5280, section 4.2.1.9); at least 1. Default: no limit. */
    readonly maxPathLength?: pulumi.Input<number>;
    /** How long the CA's certificate is valid, in hours. Default: 87600, ten years. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the certificate is made anew by the next `pulumi up`, with the same key and subject, in hours. Not less than what it signs is valid, so that nobody is left with a certificate that outlives its CA. Default: 8760, one year, or a tenth of a shorter lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

const certificateAuthorityArgsCheck = object<CertificateAuthorityArgs>({
    subject: subjectCheck,
    keyAlgorithm: keyAlgorithmCheck,
    // Not 0: the provider hands it to Go, which takes it for none (terraform-provider-tls, common_cert.go).
    maxPathLength: input(integer(1, 100, "")),
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
});

/**
 * A CA key and its self-signed certificate. The outputs fit the argument `certificateAuthority` of the other components, here
 * or, through a StackReference, in another stack. Key and subject stay the same for good, so that what the CA has signed stays
 * valid when its certificate is renewed; another key is another CA, which takes over by `nextCertificateAuthority`.
 */
export class CertificateAuthority extends pulumi.ComponentResource {
    /** The CA's certificate in PEM form, for the trust stores of clients. */
    public readonly certificatePem: pulumi.Output<string>;
    /** The CA's private key in PEM form (PKCS #8), secret. */
    public readonly privateKeyPem: pulumi.Output<string>;
    /** When the CA's certificate expires (RFC 3339). */
    public readonly notAfter: pulumi.Output<string>;

    constructor(name: string, args?: CertificateAuthorityArgs, opts?: pulumi.ComponentResourceOptions) {
        const given = args ?? {};
        const owner = `CertificateAuthority "${name}"`;
        // Before super(), so that a component with invalid arguments is never registered.
        const checked = checkArguments(owner, given, (known) => {
            const problems = [
                ...certificateAuthorityArgsCheck(known, ""),
                ...validateDefaultCommonName(name, known.subject),
            ];
            return problems.length > 0 ? problems : validateLifetime(known, "", authorityLifetime);
        });
        super("istio-sidecar-tls:index:CertificateAuthority", name, given, opts);

        const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(given, authorityLifetime);
        const childOpts = childOptions(this, opts, [], checked);
        const keyAlgorithm = given.keyAlgorithm ?? KeyAlgorithm.EcdsaP256;
        const subject = { ...given.subject, commonName: given.subject?.commonName ?? name };
        const key = createPrivateKey(`${name}-key`, keyAlgorithm, {
            ...childOpts,
            ignoreChanges: ["algorithm", "ecdsaCurve", "rsaBits"],
        });
        const certificate = new tls.SelfSignedCert(
            `${name}-certificate`,
            {
                privateKeyPem: key.privateKeyPem,
                subject,
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                setSubjectKeyId: true,
                maxPathLength: given.maxPathLength,
                validityPeriodHours,
                earlyRenewalHours,
            },
            { ...childOpts, ignoreChanges: ["subject"] },
        );
        announceReplacement(key.id, certificate.certPem, messages.authority, certificate);
        const kept = pulumi
            .all([actualKeyAlgorithm(key), keyAlgorithm, certificate.subject, pulumi.output(subject)])
            .apply(async ([algorithm, asked, is, wanted]) => {
                if (!(keepsKey in given)) {
                    const problems = [
                        ...validateKeyUnchanged(algorithm, asked),
                        ...validateSubjectUnchanged(is ?? {}, wanted),
                    ];
                    throwIfInvalid(owner, await Promise.all(problems.map((one) => withoutSecretValue(one, given))));
                }
            });
        this.certificatePem = pulumi.all([certificate.certPem, kept]).apply(([pem]) => pem);
        this.privateKeyPem = pulumi.secret(pulumi.all([key.privateKeyPemPkcs8, kept]).apply(([pem]) => pem));
        this.notAfter = certificate.validityEndTime;
        this.registerOutputs({
            certificatePem: this.certificatePem,
            privateKeyPem: this.privateKeyPem,
            notAfter: this.notAfter,
        });
    }
}

/** Marks the arguments of a component's own CA; a symbol, because it is no argument for users. */
const keepsKey = Symbol("keeps its key when keyAlgorithm changes");

/**
 * Arguments of a CA that keeps its key when `keyAlgorithm` changes: a component's own CA gets the algorithm of the component's other
 * keys, which may change.
 */
export function keepingKey<T extends object>(args: T): T {
    return { ...args, [keepsKey]: true };
}

const anotherOne =
    "make another CertificateAuthority instead, and let it take over as nextCertificateAuthority (docs/certificates.md)";

function validateKeyUnchanged(is: KeyAlgorithm | undefined, asked: KeyAlgorithm): Problem[] {
    return is === undefined || is === asked
        ? []
        : [
              {
                  propertyPath: "keyAlgorithm",
                  shown: JSON.stringify(asked),
                  reason: `cannot replace ${is}: with another key, all that the CA has signed would be refused at once; ${anotherOne}`,
              },
          ];
}

/** Whoever is signed by a CA names it by its subject, and is refused when that is another one. */
function validateSubjectUnchanged(is: pulumi.Unwrap<Subject>, wanted: pulumi.Unwrap<Subject>): Problem[] {
    const parts = ["commonName", "organization", "organizationalUnit", "locality", "province", "country"] as const;
    return parts
        .filter((part) => (is[part] ?? "") !== (wanted[part] ?? ""))
        .map((part) => ({
            propertyPath: `subject.${part}`,
            shown: JSON.stringify(wanted[part] ?? null),
            reason: `is not what the CA was made with: what it has signed names it by its subject; ${anotherOne}`,
        }));
}
