/** A certificate authority of one's own, for certificates that only clients and servers of this trust accept. */
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import {
    hoursPerYear,
    KeyAlgorithm,
    keyAlgorithmCheck,
    lifetime,
    lifetimeProblems,
    renewalCheck,
    type Subject,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { checkArguments } from "./arguments";
import { input, object } from "./checks";
import { childOptions } from "./childOptions";
import { privateKey } from "./privateKey";

export interface CertificateAuthorityArgs {
    /** The CA's distinguished name. Default: the component's name as common name. */
    readonly subject?: Subject;
    /** Kind and size of the CA's key: "ECDSA-P256" or "RSA-2048". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the CA's certificate is valid, in hours. Default: 87600, ten years. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the certificate is made anew by the next `pulumi up`, with the same key, in hours. Default: 8760, one year, or a tenth of a shorter lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

const argumentsCheck = object<CertificateAuthorityArgs>({
    subject: subjectCheck,
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
});

const defaultLifetime = { validityPeriodHours: 10 * hoursPerYear, earlyRenewalHours: hoursPerYear };

/**
 * A CA key and its self-signed certificate. The outputs fit the argument `certificateAuthority` of the other components, here
 * or, through a StackReference, in another stack.
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
        const checked = checkArguments(owner, given, (known) => {
            const problems = argumentsCheck(known, "");
            return problems.length > 0 ? problems : lifetimeProblems(known, "", defaultLifetime);
        });
        super("istio-sidecar-tls:index:CertificateAuthority", name, given, opts);

        const { validityPeriodHours, earlyRenewalHours } = lifetime(given, defaultLifetime);
        const childOpts = childOptions(this, opts, [], checked);
        const key = privateKey(`${name}-key`, given.keyAlgorithm ?? KeyAlgorithm.EcdsaP256, childOpts);
        const certificate = new tls.SelfSignedCert(
            `${name}-certificate`,
            {
                privateKeyPem: key.privateKeyPem,
                subject: { ...given.subject, commonName: given.subject?.commonName ?? name },
                isCaCertificate: true,
                allowedUses: ["cert_signing", "crl_signing"],
                setSubjectKeyId: true,
                validityPeriodHours,
                earlyRenewalHours,
            },
            childOpts,
        );
        this.certificatePem = certificate.certPem;
        this.privateKeyPem = pulumi.secret(key.privateKeyPemPkcs8);
        this.notAfter = certificate.validityEndTime;
        this.registerOutputs({
            certificatePem: this.certificatePem,
            privateKeyPem: this.privateKeyPem,
            notAfter: this.notAfter,
        });
    }
}
