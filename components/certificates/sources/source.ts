/** What every source of certificates takes and provides. */
import type * as pulumi from "@pulumi/pulumi";
import type { Client } from "../../access/clients";
import type { Listener } from "../../listeners/listeners";
import type { CertificateAuthorityKeyPair, ClientBundle } from "../keyPairs";
import type { SecretMounts } from "../secretFiles";
import type { CertificateSettings } from "../settings";

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
    /** What must exist before the port opens. */
    readonly secrets: readonly pulumi.Resource[];
    readonly mounts: pulumi.Output<SecretMounts>;
    /** Changes with the content of the revocation lists; undefined without any. */
    readonly revocationListDigest?: pulumi.Output<string>;
    /** The certificates of all CAs that clients must trust; undefined if only the cluster has them. */
    readonly caCertificatePem: pulumi.Output<string | undefined>;
    /** By client name; empty if clients get their certificates elsewhere. */
    readonly bundles: { readonly [client: string]: pulumi.Output<ClientBundle> };
    readonly notAfter: pulumi.Output<CertificateExpiry>;
}

/** Expiry times of certificates and revocation lists ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). */
export interface CertificateExpiry {
    /** Expiry time of the current CA's certificate ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). Undefined with `existingSecrets` and `certManager`. */
    readonly certificateAuthority?: string;
    /** Expiry time of the server certificate ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). Undefined with `existingSecrets`, and with `certManager`, which renews the certificate. */
    readonly server?: string;
    /** Expiry time of the revocation list that expires first ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). After this time, every client of the CA that signed the list is rejected. Undefined without revocation lists, and for lists that do not expire. */
    readonly certificateRevocationList?: string;
    /** Expiry times of the client certificates by client name ([RFC 3339](https://www.rfc-editor.org/rfc/rfc3339)). Empty with `existingSecrets`, and with `certManager` if no listener requests client certificates. */
    readonly clients: { [client: string]: string };
}

/** The object with each value mapped. */
export function mapValues<T, Result>(
    given: { readonly [key: string]: T },
    map: (value: T) => Result,
): { [key: string]: Result } {
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));
}
