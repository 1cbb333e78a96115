/** A private certificate authority, for certificates that only your own clients and servers trust. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { certificates as messages } from "../previews/messages";
import { announceReplacement } from "../previews/replacements";
import { checkArguments, throwIfInvalid, withoutSecretValue } from "../validation/arguments";
import { input, integer, object } from "../validation/checks";
import { childOptions } from "../validation/childOptions";
import * as problem from "../validation/problem";
import { defaultKeyAlgorithm, type KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import { type Subject, subjectCheck, validateDefaultCommonName } from "../x509/subject";
import { authorityLifetime, renewalCheck, resolveLifetime, validateLifetime, validityCheck } from "./lifetime";
import { actualKeyAlgorithm, createPrivateKey } from "./privateKey";

export interface CertificateAuthorityArgs {
    /** Distinguished name of the CA. It cannot change. See [RFC 5280, section 4.1.2.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.6). Plain value, not an Output; its properties accept Outputs. Default: the name of the component as common name; a name longer than 64 characters is rejected. */
    readonly subject?: Subject;
    /** Kind and size of the CA's private key: "ECDSA-P256", "ECDSA-P384" (requires Istio 1.25 or later), "RSA-2048", "RSA-3072" or "RSA-4096". It cannot change. Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** Maximum number of intermediate CAs below this CA in a certificate chain, from 1 to 100. See [RFC 5280, section 4.2.1.9](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9), basic constraints. Default: no limit. */
    readonly maxPathLength?: pulumi.Input<number>;
    /** Validity period of the CA certificate in whole hours, from 1 to 876000. Default: 87600 (ten years). */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** Renewal window of the CA certificate: the hours before it expires in which the first `pulumi up` renews it, with the same key and subject. Whole hours from 0, less than `validityPeriodHours`. Set at least the validity period of the certificates that the CA issues, so that none of them outlives the CA certificate. Default: a tenth of `validityPeriodHours`, at most 8760 (one year). */
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

const certificateAuthorityArgsCheck = object<CertificateAuthorityArgs>({
    subject: subjectCheck,
    keyAlgorithm: keyAlgorithmCheck,
    // Not 0: the provider hands it to Go, which treats it as unset (terraform-provider-tls, common_cert.go).
    maxPathLength: input(integer(1, 100, "")),
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
});

/**
 * A private certificate authority (CA): a private key and a self-signed certificate. Set its outputs as `certificateAuthority` of
 * SidecarTlsTermination or ClientCertificate, in the same stack or, through a
 * [StackReference](https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences), in another one. A renewal of the CA
 * certificate keeps the key and the subject, so that certificates that the CA has issued stay valid. To change the key or the
 * subject, create another CertificateAuthority and rotate to it with `nextCertificateAuthority`.
 */
export class CertificateAuthority extends pulumi.ComponentResource {
    /** CA certificate in PEM form, for the trust stores of clients. */
    public readonly certificatePem: pulumi.Output<string>;
    /** Private key of the CA in PEM form (PKCS #8, [RFC 5208](https://www.rfc-editor.org/rfc/rfc5208)), as a secret. */
    public readonly privateKeyPem: pulumi.Output<string>;
    /** Expiry time of the CA certificate ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). */
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
        const keyAlgorithm = given.keyAlgorithm ?? defaultKeyAlgorithm;
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

const rotate =
    "Create another CertificateAuthority, and rotate to it with nextCertificateAuthority (docs/certificates.md)";

function validateKeyUnchanged(actual: KeyAlgorithm | undefined, wanted: KeyAlgorithm): problem.Problem[] {
    return actual === undefined || actual === wanted
        ? []
        : [
              problem.invalid(
                  "keyAlgorithm",
                  wanted,
                  `cannot replace ${actual}: with another key, every certificate that the CA has issued would be rejected immediately. ${rotate}`,
              ),
          ];
}

/** A certificate names its issuer by its subject, and is rejected under another one (RFC 5280, section 6.1.3). */
function validateSubjectUnchanged(actual: pulumi.Unwrap<Subject>, wanted: pulumi.Unwrap<Subject>): problem.Problem[] {
    const parts = ["commonName", "organization", "organizationalUnit", "locality", "province", "country"] as const;
    return parts
        .filter((part) => (actual[part] ?? "") !== (wanted[part] ?? ""))
        .map((part) =>
            problem.invalid(
                `subject.${part}`,
                wanted[part] ?? null,
                `differs from the subject that the CA was created with, and the certificates that it has issued name it by that subject. ${rotate}`,
            ),
        );
}
