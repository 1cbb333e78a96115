/** One client's certificate from a CA. */
import * as pulumi from "@pulumi/pulumi";
import { certificates as messages } from "../previews/messages";
import { announceReplacement } from "../previews/replacements";
import { parseAuthorityChain } from "../x509/authorityChain";
import { type CertificateAuthorityKeyPair, certificateAuthorityKeyPairCheck, type ClientBundle } from "./keyPairs";
import { checkArguments } from "../validation/arguments";
import {
    normalizeRequest,
    certificateRequestCheck,
    validateRequestedUris,
    requestKeyUsages,
    validateSignature,
} from "../x509/certificateRequest";
import { input, isLater, list, object, required } from "../validation/checks";
import { dnsName } from "../kubernetes/names";
import { childOptions } from "../validation/childOptions";
import { defaultTrustDomain, spiffeUri, trustDomainCheck, validateTrustDomain } from "../x509/spiffe";
import { validateGivenAuthority } from "./givenAuthority";
import { ipAddress } from "../x509/alternativeNames";
import {
    type IssuedCertificate,
    createLeafCertificate,
    type LeafCertificate,
    createSignedCertificate,
    withIntermediates,
} from "./leafCertificate";
import { KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import type { Problem } from "../validation/problem";
import { certificatesPem } from "../x509/pem";
import { validateDefaultCommonName, type Subject, subjectCheck } from "../x509/subject";
import { leafLifetime, resolveLifetime, validateLifetime, renewalCheck, validityCheck } from "./lifetime";

export interface ClientCertificateArgs {
    /** The CA that signs: certificate and private key in PEM form. */
    readonly certificateAuthority: CertificateAuthorityKeyPair;
    /** The certificates of all CAs that the client shall trust, in PEM form, one after the other. Default: the root of certificateAuthority. */
    readonly trustedCertificatesPem?: pulumi.Input<string>;
    /** A certificate request (PKCS #10) in PEM form that the client made itself, so that its private key never leaves it. Subject and alternative names are the request's. Default: a key is made here, and is in the bundle. */
    readonly certificateRequestPem?: pulumi.Input<string>;
    /** SPIFFE IDs in the certificate's subject alternative names, such as spiffe://example.com/clients/alice: by them a guard with named clients knows the client. Not in the mesh's trust domain. Default: none. */
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS names in the certificate's subject alternative names. Default: none. */
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** IP addresses in the certificate's subject alternative names. Default: none. */
    readonly ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** The mesh's trust domain, which no client may be in. Default: "cluster.local". */
    readonly meshTrustDomain?: pulumi.Input<string>;
    /** The client's distinguished name. Default: the component's name as common name. */
    readonly subject?: Subject;
    /** Kind and size of the client's key: "ECDSA-P256", "ECDSA-P384" (Istio 1.25 or newer), "RSA-2048", "RSA-3072" or "RSA-4096". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** How long the certificate is valid, in hours. Default: 8760, one year. */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** How long before its end the next `pulumi up` makes a new certificate, in hours. Default: 720, thirty days, or a tenth of a short lifetime. */
    readonly earlyRenewalHours?: pulumi.Input<number>;
}

const clientCertificateArgsCheck = object<ClientCertificateArgs>({
    certificateAuthority: required(certificateAuthorityKeyPairCheck),
    trustedCertificatesPem: input(certificatesPem),
    certificateRequestPem: input(certificateRequestCheck),
    uris: input(list(spiffeUri)),
    dnsNames: input(list(dnsName)),
    ipAddresses: input(list(ipAddress)),
    meshTrustDomain: input(trustDomainCheck),
    subject: subjectCheck,
    keyAlgorithm: keyAlgorithmCheck,
    validityPeriodHours: input(validityCheck),
    earlyRenewalHours: input(renewalCheck),
});

/** What a request says itself. */
const saidByRequest = ["uris", "dnsNames", "ipAddresses", "subject", "keyAlgorithm"] as const;

function validateClientCertificate(args: ClientCertificateArgs | pulumi.Unwrap<ClientCertificateArgs>): Problem[] {
    const problems = clientCertificateArgsCheck(args, "");
    if (problems.length > 0) {
        return problems;
    }
    const meshTrustDomain = args.meshTrustDomain ?? defaultTrustDomain;
    const uris = isLater(args.uris) ? [] : ((args.uris ?? []) as unknown[]);
    const request = args.certificateRequestPem;
    const contradictions = saidByRequest
        .filter((property) => Boolean(request) && Boolean(args[property]))
        .map((propertyPath) => ({
            propertyPath,
            reason: "contradicts certificateRequestPem, which says what it is: leave one out",
        }));
    return [
        ...contradictions,
        ...uris.flatMap((uri, index) => validateTrustDomain(uri, `uris[${index}]`, meshTrustDomain)),
        ...(isLater(request) ? [] : validateRequestedUris(request, "certificateRequestPem", meshTrustDomain)),
        ...validateLifetime(args, "", leafLifetime),
        ...validateGivenAuthority(args.certificateAuthority, "certificateAuthority", meshTrustDomain),
    ];
}

function validateRequestSignature({ certificateRequestPem }: pulumi.Unwrap<ClientCertificateArgs>): Promise<Problem[]> {
    return certificateRequestPem
        ? validateSignature(certificateRequestPem, "certificateRequestPem")
        : Promise.resolve([]);
}

/** A certificate with which one client passes the sidecar, and its private key, unless the client has made that itself. */
export class ClientCertificate extends pulumi.ComponentResource {
    /** The certificate in PEM form. */
    public readonly certificatePem: pulumi.Output<string>;
    /** The private key in PEM form (PKCS #8), secret; nothing where the client made the request. */
    public readonly privateKeyPem: pulumi.Output<string | undefined>;
    /** When the certificate expires (RFC 3339). */
    public readonly notAfter: pulumi.Output<string>;
    /** All that the client needs, secret: CA certificate, client certificate, private key. */
    public readonly bundle: pulumi.Output<ClientBundle>;

    constructor(name: string, args: ClientCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        const owner = `ClientCertificate "${name}"`;
        // Before super(), so that a component with invalid arguments is never registered.
        const checked = checkArguments(
            owner,
            args,
            (known) => [
                ...validateClientCertificate(known),
                ...(known.certificateRequestPem ? [] : validateDefaultCommonName(name, known.subject)),
            ],
            validateRequestSignature,
        );
        const issuer = {
            certificatePem: args.certificateAuthority.certificatePem,
            privateKeyPem: pulumi.secret(args.certificateAuthority.privateKeyPem),
        };
        super("istio-sidecar-tls:index:ClientCertificate", name, { ...args, certificateAuthority: issuer }, opts);

        const childOpts = childOptions(this, opts, [], checked);
        const { certificatePem, notAfter, privateKeyPem } = args.certificateRequestPem
            ? createFromRequest(name, args, args.certificateRequestPem, issuer, childOpts)
            : createWithKey(name, args, issuer, childOpts);
        this.certificatePem = certificatePem;
        this.privateKeyPem = pulumi.secret(privateKeyPem);
        this.notAfter = notAfter;
        const trusted =
            args.trustedCertificatesPem ??
            pulumi.output(issuer.certificatePem).apply((pem) => parseAuthorityChain(pem).root);
        this.bundle = pulumi.secret(
            pulumi.all([trusted, certificatePem, this.privateKeyPem]).apply(([caCertificatePem, own, key]) => ({
                caCertificatePem,
                certificatePem: own,
                ...(key === undefined ? {} : { privateKeyPem: key }),
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

function createWithKey(
    name: string,
    args: ClientCertificateArgs,
    issuer: CertificateAuthorityKeyPair,
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(args, leafLifetime);
    return createLeafCertificate(
        name,
        {
            issuer,
            subject: { ...args.subject, commonName: args.subject?.commonName ?? name },
            uris: args.uris,
            dnsNames: args.dnsNames,
            ipAddresses: args.ipAddresses,
            extendedKeyUsage: "client_auth",
            keyAlgorithm: args.keyAlgorithm ?? KeyAlgorithm.EcdsaP256,
            validityPeriodHours,
            earlyRenewalHours,
            renewalLine: messages.client,
        },
        opts,
    );
}

function createFromRequest(
    name: string,
    args: ClientCertificateArgs,
    certificateRequestPem: pulumi.Input<string>,
    issuer: CertificateAuthorityKeyPair,
    opts: pulumi.CustomResourceOptions,
): IssuedCertificate & { readonly privateKeyPem?: undefined } {
    const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(args, leafLifetime);
    const certificate = createSignedCertificate(
        name,
        { issuer, extendedKeyUsage: "client_auth", validityPeriodHours, earlyRenewalHours },
        pulumi.output(certificateRequestPem).apply(normalizeRequest),
        pulumi.output(certificateRequestPem).apply(requestKeyUsages),
        opts,
    );
    announceReplacement(pulumi.output(certificateRequestPem), certificate.certPem, messages.requested, certificate);
    return { certificatePem: withIntermediates(certificate.certPem, issuer), notAfter: certificate.validityEndTime };
}
