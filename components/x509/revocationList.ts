/** Certificate revocation lists (CRLs; RFC 5280, section 5). */
import type { X509Crl } from "@peculiar/x509";
import type { Check } from "../validation/checks";
import * as problem from "../validation/problem";
import { loadX509 } from "./library";
import { decodePem } from "./pem";
import { type Certificate, readCertificate } from "./readCertificate";

export const revocationListCheck: Check = (value, path) =>
    parseRevocationLists(value)?.length
        ? []
        : [
              problem.invalid(
                  path,
                  undefined,
                  'must be certificate revocation lists in PEM form, each beginning with "-----BEGIN X509 CRL-----"',
              ),
          ];

/**
 * Envoy looks for a list of each CA in a certificate chain, and rejects all certificates of a CA that has none, or an expired one
 * (envoy/extensions/transport_sockets/tls/v3/common.proto, `crl`).
 */
export async function validateRevocationLists(
    value: unknown,
    path: string,
    authorities: readonly string[],
): Promise<problem.Problem[]> {
    const lists = parseRevocationLists(value) ?? [];
    const problems = authorities
        .map(readCertificate)
        .filter((authority) => authority !== undefined)
        .map((authority) => validateListOf(authority, lists, path));
    return (await Promise.all(problems)).flat();
}

async function validateListOf(
    authority: Certificate,
    lists: readonly X509Crl[],
    path: string,
): Promise<problem.Problem[]> {
    const { subject } = authority;
    const newest = await newestSignedBy(authority, lists);
    if (newest === undefined) {
        return [
            problem.invalid(
                path,
                undefined,
                `contains no list that the CA "${subject}" signed, so Envoy would reject all of its clients. Add one`,
            ),
        ];
    }
    return newest.nextUpdate !== undefined && newest.nextUpdate <= new Date()
        ? [
              problem.invalid(
                  path,
                  undefined,
                  `contains a list of the CA "${subject}" that expired on ${newest.nextUpdate.toISOString()}, so Envoy would reject all of its clients. Set a current list`,
              ),
          ]
        : [];
}

/** When the first of the lists expires (RFC 3339); undefined if none does. */
export function revocationListEnd(value: unknown): string | undefined {
    const ends = (parseRevocationLists(value) ?? []).flatMap(({ nextUpdate }) =>
        nextUpdate ? [nextUpdate.getTime()] : [],
    );
    return ends.length > 0 ? new Date(Math.min(...ends)).toISOString() : undefined;
}

async function newestSignedBy(authority: Certificate, lists: readonly X509Crl[]): Promise<X509Crl | undefined> {
    const { X509Certificate } = loadX509();
    const publicKey = new X509Certificate(authority.der);
    const signed = await Promise.all(lists.map((list) => list.verify({ publicKey }).catch(() => false)));
    return lists
        .filter((_, index) => signed[index])
        .sort((one, other) => other.thisUpdate.getTime() - one.thisUpdate.getTime())[0];
}

/** Undefined for a text with a block of another kind, or one that cannot be read. */
function parseRevocationLists(value: unknown): X509Crl[] | undefined {
    try {
        const blocks = decodePem(value);
        return blocks.every(({ type }) => type === "X509 CRL")
            ? blocks.map(({ der }) => new (loadX509().X509Crl)(der))
            : undefined;
    } catch {
        return undefined;
    }
}
