/** One client's certificate from a CA. */
import * as pulumi from "@pulumi/pulumi";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    type ClientBundle,
    KeyAlgorithm,
    keyAlgorithmCheck,
    leafLifetime,
    lifetime,
    lifetimeProblems,
    renewalCheck,
    type Subject,
    subjectCheck,
    validityCheck,
} from "./certificateArguments";
import { checkArguments } from "./arguments";
import { input, isLater, itemsOf, object, type Problem, required } from "./checks";
import { dnsName } from "./kubernetesNames";
import { childOptions } from "./childOptions";
import { defaultTrustDomain, spiffeUri, trustDomainCheck, trustDomainProblems } from "./clients";
import { givenAuthorityProblems } from "./givenAuthority";
import { leafCertificate } from "./leafCertificate";

export interface ClientCertificateArgs {
    /** The CA that signs: certificate and private key in PEM form. */
    readonly certificateAuthority: CertificateAuthorityKeyPair;
    /** SPIFFE IDs in the certificate's subject alternative names, such as spiffe://example.com/clients/alice: by them a guard with named clients knows the client. Not in the mesh's trust domain. Default: none. */
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS names in the certificate's subject alternative names. Default: none. */
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** The mesh's trust domain, which no client may be in. Default: "cluster.local". */
    readonly meshTrustDomain?: pulumi.Input<string>;
    /** The client's distinguished name. Default: the component's name as common name. */
    readonly subject?: Subject;
    /** Kind and size of the client's key: "ECDSA-P256" or "RSA-2048". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificate is valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

const argumentsCheck = object<ClientCertificateArgs>({
    certificateAuthority: required(certificateAuthorityKeyPairCheck),
    uris: input(itemsOf(spiffeUri)),
    dnsNames: input(itemsOf(dnsName)),
    meshTrustDomain: input(trustDomainCheck),
    subject: subjectCheck,
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
});

function argumentProblems(args: ClientCertificateArgs | pulumi.Unwrap<ClientCertificateArgs>): Problem[] {
    const problems = argumentsCheck(args, "");
    if (problems.length > 0) {
        return problems;
    }
    const meshTrustDomain = args.meshTrustDomain ?? defaultTrustDomain;
    const uris = isLater(args.uris) ? [] : ((args.uris ?? []) as unknown[]);
    return [
        ...uris.flatMap((uri, index) => trustDomainProblems(uri, `uris[${index}]`, meshTrustDomain)),
        ...lifetimeProblems(args, "", leafLifetime),
        ...givenAuthorityProblems(args.certificateAuthority, "certificateAuthority", meshTrustDomain),
    ];
}

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
        const checked = checkArguments(owner, args, argumentProblems);
        const issuer = {
            certificatePem: args.certificateAuthority.certificatePem,
            privateKeyPem: pulumi.secret(args.certificateAuthority.privateKeyPem),
        };
        super("istio-sidecar-tls:index:ClientCertificate", name, { ...args, certificateAuthority: issuer }, opts);

        const { validityPeriodHours, earlyRenewalHours } = lifetime(args, leafLifetime);
        const leaf = leafCertificate(
            name,
            {
                issuer,
                subject: { ...args.subject, commonName: args.subject?.commonName ?? name },
                uris: args.uris,
                dnsNames: args.dnsNames,
                extendedKeyUsage: "client_auth",
                keyAlgorithm: args.keyAlgorithm ?? KeyAlgorithm.EcdsaP256,
                validityPeriodHours,
                earlyRenewalHours,
            },
            childOptions(this, opts, [], checked),
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
