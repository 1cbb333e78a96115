/** What every source of certificates takes and provides. */
import type * as pulumi from "@pulumi/pulumi";
import type { CertificateAuthorityKeyPair, ClientBundle } from "../keyPairs";
import type { CertificateSettings } from "../settings";
import type { Client } from "../../access/clients";
import type { Listener } from "../../listeners/listeners";
import type { SecretMounts } from "../secretFiles";

/** The arguments that all sources of certificates share. */
export interface CertificateInputs {
    readonly certificates?: CertificateSettings;
    readonly certificateAuthority?: CertificateAuthorityKeyPair;
    readonly nextCertificateAuthority?: CertificateAuthorityKeyPair;
    readonly certificateRevocationListPem?: pulumi.Input<string>;
    readonly clients?: readonly Client[];
    readonly connectivityCheckClient?: boolean;
    readonly listeners?: readonly Listener[];
    readonly istiod?: { readonly trustDomain?: pulumi.Input<string> };
}

/** The certificates that a source provides. */
export interface CertificateSet {
    /** What has to be there before the port opens. */
    readonly secrets: readonly pulumi.Resource[];
    readonly mounts: pulumi.Output<SecretMounts>;
    /** What tells one revocation list from another; nothing without one. */
    readonly revocationListDigest?: pulumi.Output<string>;
    /** The certificates of all CAs that clients are to trust; nothing where only the cluster knows them. */
    readonly caCertificatePem: pulumi.Output<string | undefined>;
    /** By name; none where clients get their certificates elsewhere. */
    readonly bundles: { readonly [client: string]: pulumi.Output<ClientBundle> };
    readonly notAfter: pulumi.Output<CertificateExpiry>;
}

/** When the certificates of a chain expire, as RFC 3339 times. */
export interface CertificateExpiry {
    /** The CA's certificate; missing where it is in a Secret of somebody else's. */
    readonly certificateAuthority?: string;
    /** The server's certificate; missing where cert-manager renews it, or where it is in a Secret of somebody else's. */
    readonly server?: string;
    /** The revocation list that ends first; from then on every client of its CA is refused. Missing without a list, and for lists that do not end. */
    readonly certificateRevocationList?: string;
    /** The clients' certificates, by name. */
    readonly clients: { [client: string]: string };
}

/** The object with another value at each key. */
export function mapValues<T, Result>(
    given: { readonly [key: string]: T },
    map: (value: T) => Result,
): { [key: string]: Result } {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));
}
