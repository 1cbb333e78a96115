/** One client's certificate from a CA. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    type ClientBundle,
    KeyAlgorithm,
    keyAlgorithmCheck,
    leafLifetime,
    renewalCheck,
    settleLifetime,
    type SubjectArgs,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { dnsNames, input, object, refuse, required } from "./checks";
import { childOptions } from "./childOptions";
import { leafCertificate } from "./leafCertificate";

export interface ClientCertificateArgs {
    /** The CA that signs: certificate and private key in PEM form. */
    readonly certificateAuthority: CertificateAuthorityKeyPair;
    /** DNS names in the certificate's subject alternative names, at least one. */
    readonly dnsNames: pulumi.Input<pulumi.Input<string>[]>;
    /** The client's distinguished name. Default: the first of dnsNames as common name. */
    readonly subject?: SubjectArgs;
    /** Kind and size of the client's key: "ECDSA-P256" or "RSA-2048". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificate is valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

const argumentsCheck = object<ClientCertificateArgs>({
    certificateAuthority: required(certificateAuthorityKeyPairCheck),
    dnsNames: required(input(dnsNames)),
    subject: subjectCheck,
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
});

/** A private key and a certificate with which one client passes the sidecar. */
export class ClientCertificate extends pulumi.ComponentResource {
    /** The certificate in PEM form. */
    public readonly certificatePem: pulumi.Output<string>;
    /** The private key in PEM form (PKCS #8), secret. */
    public readonly privateKeyPem: pulumi.Output<string>;
    /** When the certificate expires (RFC 3339). */
    public readonly notAfter: pulumi.Output<string>;
    /** All that the client needs, secret: CA certificate, client certificate, private key. */
    public readonly bundle: pulumi.Output<ClientBundle>;

    constructor(name: string, args: ClientCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        const owner = `ClientCertificate "${name}"`;
        refuse(owner, argumentsCheck(args, ""));
        const lifetime = settleLifetime(owner, args, "", leafLifetime);
        const issuer = {
            certificatePem: args.certificateAuthority.certificatePem,
            privateKeyPem: pulumi.secret(args.certificateAuthority.privateKeyPem),
        };
        super("istio-sidecar-tls:index:ClientCertificate", name, { ...args, certificateAuthority: issuer }, opts);

        const firstDnsName = pulumi.output(args.dnsNames).apply((names) => names[0] ?? name);
        const leaf = leafCertificate(
            name,
            {
                issuer,
                subject: { ...args.subject, commonName: args.subject?.commonName ?? firstDnsName },
                dnsNames: args.dnsNames,
                extendedKeyUsage: "client_auth",
                keyAlgorithm: args.keyAlgorithm ?? KeyAlgorithm.EcdsaP256,
                validityPeriodHours: lifetime.validityPeriodHours,
                earlyRenewalHours: lifetime.earlyRenewalHours,
            },
            childOptions(this, opts),
        );
        this.certificatePem = leaf.certificatePem;
        this.privateKeyPem = leaf.privateKeyPem;
        this.notAfter = leaf.notAfter;
        this.bundle = pulumi.secret(
            pulumi
                .all([args.certificateAuthority.certificatePem, leaf.certificatePem, leaf.privateKeyPem])
                .apply(([caCertificatePem, certificatePem, privateKeyPem]) => ({
                    caCertificatePem,
                    certificatePem,
                    privateKeyPem,
                })),
        );
        this.registerOutputs({
            certificatePem: this.certificatePem,
            privateKeyPem: this.privateKeyPem,
            notAfter: this.notAfter,
            bundle: this.bundle,
        });
    }
}
