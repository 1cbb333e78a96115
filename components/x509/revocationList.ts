/** Certificate revocation lists (RFC 5280, section 5): which certificates of a CA no longer count. */
import { X509Certificate } from "node:crypto";
import * as x509 from "./library";
import { type Check } from "../validation/checks";
import type { Problem } from "../validation/problem";
import { formatDistinguishedName } from "./subject";

const begin = "-----BEGIN X509 CRL-----";

export const revocationListCheck: Check = (value, path) =>
    parseRevocationLists(value)?.length
        ? []
        : [
              {
                  propertyPath: path,
                  reason: `must be certificate revocation lists in PEM form, which begin with "${begin}"`,
              },
          ];

/**
 * Envoy looks for a list of each CA in a chain, and refuses all certificates of a CA that has none, or an expired one
 * (envoy/extensions/transport_sockets/tls/v3/common.proto, `crl`).
 */
export async function validateRevocationLists(
    value: unknown,
    path: string,
    authorities: readonly string[],
): Promise<Problem[]> {
    const lists = parseRevocationLists(value) ?? [];
    const found = await Promise.all(
        authorities.map(async (pem): Promise<Problem[]> => {
            const holder = formatDistinguishedName(new X509Certificate(pem).subject);
            const authority = new x509.X509Certificate(pem);
            const own = await newestOf(lists, (list) => list.verify({ publicKey: authority }).catch(() => false));
            if (own === undefined) {
                return [
                    {
                        propertyPath: path,
                        reason: `has no list that the CA "${holder}" has signed, and all its clients would be refused: add one`,
                    },
                ];
            }
            return own.nextUpdate !== undefined && own.nextUpdate <= new Date()
                ? [
                      {
                          propertyPath: path,
                          reason: `the list of the CA "${holder}" was valid until ${own.nextUpdate.toISOString()}, and all its clients would be refused: give a newer one`,
                      },
                  ]
                : [];
        }),
    );
    return found.flat();
}

/** When the first of the lists ends (RFC 3339). */
export function revocationListEnd(value: unknown): string | undefined {
    const ends = (parseRevocationLists(value) ?? []).flatMap(({ nextUpdate }) =>
        nextUpdate ? [nextUpdate.getTime()] : [],
    );
    return ends.length > 0 ? new Date(Math.min(...ends)).toISOString() : undefined;
}

async function newestOf(
    lists: readonly x509.X509Crl[],
    fits: (list: x509.X509Crl) => Promise<boolean>,
): Promise<x509.X509Crl | undefined> {
    const answers = await Promise.all(lists.map(fits));
    return lists
        .filter((_, index) => answers[index])
        .sort((one, other) => other.thisUpdate.getTime() - one.thisUpdate.getTime())[0];
}

function parseRevocationLists(value: unknown): x509.X509Crl[] | undefined {
    try {
        return x509.PemConverter.decodeWithHeaders(value as string).map(({ type, rawData }) => {
            if (type !== "X509 CRL") {
                throw new Error(`${type} is no revocation list`);
            }
            return new x509.X509Crl(rawData);
        });
    } catch {
        return undefined;
    }
}
