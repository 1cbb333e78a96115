/** The certificate chain of a CA, in the order in which PEM files have it: each certificate is followed by its issuer's. */
import { splitCertificates } from "./pem";

/** The certificates of a root CA, or of an intermediate CA up to its root. */
export interface AuthorityChain {
    /**
     * The certificate of the CA that signs. The sidecar trusts only this one: Envoy needs no root at the end of a certificate chain,
     * and clients of other CAs below that root must not be admitted.
     */
    readonly signing: string;
    /** All certificates but the root. A server presents them with its own, so that clients that know only the root can verify it. */
    readonly intermediates: readonly string[];
    /** The certificate that clients trust. */
    readonly root: string;
    readonly all: readonly string[];
}

export function parseAuthorityChain(certificatePem: string): AuthorityChain {
    const all = splitCertificates(certificatePem).map((certificate) => `${certificate}\n`);
    return { signing: all[0] ?? "", intermediates: all.slice(0, -1), root: all.at(-1) ?? "", all };
}
