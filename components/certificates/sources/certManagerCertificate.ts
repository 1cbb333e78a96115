/** The spec of a Certificate, the object from which cert-manager issues a certificate. */
import type * as pulumi from "@pulumi/pulumi";
import { type KeyAlgorithm, leafKeyUsages } from "../../x509/keyAlgorithm";
import type { Subject } from "../../x509/subject";
import type { Lifetime } from "../lifetime";
import { type CertManager, IssuerKind } from "./certManagerIssuer";

/** The fields of a Certificate's spec that the component sets (https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec). */
export interface CertificateSpec {
    readonly secretName: string;
    readonly issuerRef: { readonly name: string; readonly kind: IssuerKind; readonly group: "cert-manager.io" };
    readonly commonName: string;
    readonly subject?: CertificateSubject;
    readonly dnsNames?: readonly string[];
    readonly ipAddresses?: readonly string[];
    readonly uris?: readonly string[];
    readonly duration: string;
    readonly renewBefore?: string;
    readonly privateKey: {
        readonly algorithm: "ECDSA" | "RSA";
        readonly size: number;
        readonly encoding: "PKCS8";
        readonly rotationPolicy: "Always";
    };
    readonly usages: readonly string[];
    readonly revisionHistoryLimit: 1;
}

interface CertificateSubject {
    readonly organizations?: readonly string[];
    readonly organizationalUnits?: readonly string[];
    readonly localities?: readonly string[];
    readonly provinces?: readonly string[];
    readonly countries?: readonly string[];
}

/** The holder of a certificate. */
export interface HolderInputs {
    readonly subject: Subject;
    readonly dnsNames?: pulumi.Input<pulumi.Input<string>[]>;
    readonly ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
    readonly uris?: pulumi.Input<pulumi.Input<string>[]>;
    readonly usage: "server auth" | "client auth";
}

type Holder = pulumi.Unwrap<HolderInputs> & { readonly secretName: string };

export function certificateSpec(
    holder: Holder,
    issuer: pulumi.Unwrap<CertManager>,
    { validityPeriodHours, earlyRenewalHours }: Lifetime,
    keyAlgorithm: KeyAlgorithm,
): CertificateSpec {
    const { secretName, subject, dnsNames, ipAddresses, uris, usage } = holder;
    const [algorithm, size] = keyAlgorithm.split("-") as ["ECDSA" | "RSA", string];
    const { commonName, ...further } = subject;
    return {
        secretName,
        issuerRef: { name: issuer.issuerName, kind: issuer.issuerKind ?? IssuerKind.Issuer, group: "cert-manager.io" },
        commonName: commonName ?? "",
        ...(Object.values(further).some((part) => part) ? { subject: certificateSubject(further) } : {}),
        ...(dnsNames ? { dnsNames } : {}),
        ...(ipAddresses ? { ipAddresses } : {}),
        ...(uris ? { uris } : {}),
        duration: `${validityPeriodHours}h`,
        // cert-manager rejects 0; without the field it renews a certificate after two thirds of its lifetime.
        ...(earlyRenewalHours > 0 ? { renewBefore: `${earlyRenewalHours}h` } : {}),
        privateKey: {
            algorithm,
            size: Number(size.replace("P", "")),
            encoding: "PKCS8",
            // A renewal replaces the key as well: a leaked key is of use until the next renewal at most.
            rotationPolicy: "Always",
        },
        usages: [...leafKeyUsages(keyAlgorithm).map((one) => one.replace("_", " ")), usage],
        revisionHistoryLimit: 1,
    };
}

function certificateSubject(given: pulumi.Unwrap<Subject>): CertificateSubject {
    const list = (value: string | undefined) => (value ? [value] : undefined);
    const subject = {
        organizations: list(given.organization),
        organizationalUnits: list(given.organizationalUnit),
        localities: list(given.locality),
        provinces: list(given.province),
        countries: list(given.country),
    };
    return Object.fromEntries(Object.entries(subject).filter(([, value]) => value !== undefined));
}
