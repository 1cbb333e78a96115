import { certificateBlock } from "./pem";

/** The certificates of a CA that stands below another one, or of a root alone. */
export interface AuthorityChain {
    /** The one whose key signs. The sidecar trusts it alone: Envoy needs no root at the end of a chain, and not every CA below that root is meant. */
    readonly signing: string;
    /** Those that a server shows with its own, so that a client that knows the root alone finds its way: all but the root. */
    readonly intermediates: readonly string[];
    /** The one that clients trust. */
    readonly root: string;
    readonly all: readonly string[];
}

export function parseAuthorityChain(certificatePem: string): AuthorityChain {
    // An Output of something else is refused by the checks, whose message must not come second to one from here.
    const text: unknown = certificatePem;
    const all = typeof text === "string" ? [...text.matchAll(certificateBlock)].map(([pem]) => `${pem}\n`) : [];
    return { signing: all[0] ?? "", intermediates: all.slice(0, -1), root: all.at(-1) ?? "", all };
}
