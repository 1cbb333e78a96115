/** A certificate for one client. */
import * as pulumi from "@pulumi/pulumi";
import { dnsName } from "../kubernetes/names";
import { certificates as messages } from "../previews/messages";
import { announceReplacement } from "../previews/replacements";
import { checkArguments } from "../validation/arguments";
import { input, isLater, list, object, required } from "../validation/checks";
import { childOptions } from "../validation/childOptions";
import { exclusive } from "../validation/exclusive";
import type { Problem } from "../validation/problem";
import { ipAddress } from "../x509/alternativeNames";
import { parseAuthorityChain } from "../x509/authorityChain";
import {
    certificateRequestCheck,
    normalizeRequest,
    requestKeyUsages,
    validateRequestedUris,
    validateSignature,
} from "../x509/certificateRequest";
import { defaultKeyAlgorithm, type KeyAlgorithm, keyAlgorithmCheck } from "../x509/keyAlgorithm";
import { certificatesPem } from "../x509/pem";
import { defaultTrustDomain, spiffeUri, trustDomainCheck, validateTrustDomain } from "../x509/spiffe";
import { type Subject, subjectCheck, validateDefaultCommonName } from "../x509/subject";
import { validateGivenAuthority } from "./givenAuthority";
import {
    type CertificateAuthorityKeyPair,
    certificateAuthorityKeyPairCheck,
    type ClientBundle,
    secretKeyPair,
} from "./keyPairs";
import {
    createLeafCertificate,
    createSignedCertificate,
    type IssuedCertificate,
    type IssueSpec,
    type LeafCertificate,
    withIntermediates,
} from "./leafCertificate";
import { leafLifetime, renewalCheck, resolveLifetime, validateLifetime, validityCheck } from "./lifetime";

export interface ClientCertificateArgs {
    /** The CA that issues the client certificate. Plain value, not an Output; its properties accept Outputs. */
    readonly certificateAuthority: CertificateAuthorityKeyPair;
    /** CA certificates in PEM form, one after the other, with which the client verifies the server. During a CA rotation, set those of both CAs. Default: the root certificate of `certificateAuthority`. */
    readonly trustedCertificatesPem?: pulumi.Input<string>;
    /** Certificate signing request (CSR) of the client in PEM form, so that the private key never leaves the client. See [RFC 2986, PKCS #10](https://www.rfc-editor.org/rfc/rfc2986). The certificate gets the subject and the SANs of the CSR. The key must be ECDSA P-256, ECDSA P-384, or RSA with at least 2048 bits. Cannot be combined with `uris`, `dnsNames`, `ipAddresses`, `subject` and `keyAlgorithm`. Default: none; the component generates a private key, which the output `bundle` contains. */
    readonly certificateRequestPem?: pulumi.Input<string>;
    /** [SPIFFE IDs](https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md) of the client, as URI SANs of the certificate, such as `spiffe://example.com/clients/alice`. A guard with an allow list identifies the client by them. Not in the mesh trust domain or in "cluster.local", and without `/ns/` and `/sa/`, by which Istio recognizes mesh workloads. Default: none. */
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS names of the client, as SANs of the certificate. See [RFC 5280, section 4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6). Default: none. */
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    /** IP addresses of the client, as SANs of the certificate. See [RFC 5280, section 4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6). Default: none. */
    readonly ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    /** Trust domain of the mesh, in lowercase. No URI SAN of the client may be in it or in "cluster.local". See [MeshConfig.trustDomain](https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-trust_domain). Default: "cluster.local". */
    readonly meshTrustDomain?: pulumi.Input<string>;
    /** Distinguished name of the client. See [RFC 5280, section 4.1.2.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.6). Plain value, not an Output; its properties accept Outputs. Default: the name of the component as common name; a name longer than 64 characters is rejected. */
    readonly subject?: Subject;
    /** Kind and size of the client's private key: "ECDSA-P256", "ECDSA-P384" (requires Istio 1.25 or later), "RSA-2048", "RSA-3072" or "RSA-4096". Default: "ECDSA-P256". */
    readonly keyAlgorithm?: pulumi.Input<KeyAlgorithm>;
    /** Validity period of the client certificate in whole hours, from 1 to 876000. Default: 8760 (one year). */
    readonly validityPeriodHours?: pulumi.Input<number>;
    /** Renewal window of the client certificate: the hours before it expires in which the first `pulumi up` renews it. Whole hours from 0, less than `validityPeriodHours`. Default: a tenth of `validityPeriodHours`, at most 720 (thirty days). */
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

/** Arguments whose values a CSR contains. */
const requestedProperties = ["uris", "dnsNames", "ipAddresses", "subject", "keyAlgorithm"] as const;

function validateClientCertificate(args: ClientCertificateArgs | pulumi.Unwrap<ClientCertificateArgs>): Problem[] {
    const problems = clientCertificateArgsCheck(args, "");
    if (problems.length > 0) {
        return problems;
    }
    const meshTrustDomain = args.meshTrustDomain ?? defaultTrustDomain;
    const uris = isLater(args.uris) ? [] : ((args.uris ?? []) as unknown[]);
    const request = args.certificateRequestPem;
    return [
        ...exclusive(
            requestedProperties.map((path) => ({
                path,
                excludedBy: "certificateRequestPem",
                both: Boolean(request) && Boolean(args[path]),
                because: "the CSR determines it",
            })),
        ),
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

/**
 * A certificate that authenticates one client to the sidecar. The component generates the private key, unless
 * `certificateRequestPem` is set.
 */
export class ClientCertificate extends pulumi.ComponentResource {
    /** Client certificate in PEM form, followed by the certificates of intermediate CAs. */
    public readonly certificatePem: pulumi.Output<string>;
    /** Private key of the client in PEM form (PKCS #8, [RFC 5208](https://www.rfc-editor.org/rfc/rfc5208)), as a secret. Undefined with `certificateRequestPem`. */
    public readonly privateKeyPem: pulumi.Output<string | undefined>;
    /** Expiry time of the client certificate ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). */
    public readonly notAfter: pulumi.Output<string>;
    /** Everything that the client needs to connect, as a secret: CA certificates, client certificate and private key. With `certificateRequestPem`, it contains no private key. */
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
        const issuer = secretKeyPair(args.certificateAuthority);
        super("istio-sidecar-tls:index:ClientCertificate", name, { ...args, certificateAuthority: issuer }, opts);

        const childOpts = childOptions(this, opts, [], checked);
        const { validityPeriodHours, earlyRenewalHours } = resolveLifetime(args, leafLifetime);
        const spec = { issuer, extendedKeyUsage: "client_auth", validityPeriodHours, earlyRenewalHours } as const;
        const { certificatePem, notAfter, privateKeyPem } = args.certificateRequestPem
            ? createFromRequest(name, args.certificateRequestPem, spec, childOpts)
            : createWithKey(name, args, spec, childOpts);
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
    spec: IssueSpec,
    opts: pulumi.CustomResourceOptions,
): LeafCertificate {
    return createLeafCertificate(
        name,
        {
            ...spec,
            subject: { ...args.subject, commonName: args.subject?.commonName ?? name },
            uris: args.uris,
            dnsNames: args.dnsNames,
            ipAddresses: args.ipAddresses,
            keyAlgorithm: args.keyAlgorithm ?? defaultKeyAlgorithm,
            renewalLine: messages.client,
        },
        opts,
    );
}

function createFromRequest(
    name: string,
    certificateRequestPem: pulumi.Input<string>,
    spec: IssueSpec,
    opts: pulumi.CustomResourceOptions,
): IssuedCertificate & { readonly privateKeyPem?: undefined } {
    const certificate = createSignedCertificate(
        name,
        spec,
        pulumi.output(certificateRequestPem).apply(normalizeRequest),
        pulumi.output(certificateRequestPem).apply(requestKeyUsages),
        opts,
    );
    announceReplacement(pulumi.output(certificateRequestPem), certificate.certPem, messages.requested, certificate);
    return {
        certificatePem: withIntermediates(certificate.certPem, spec.issuer),
        notAfter: certificate.validityEndTime,
    };
}
