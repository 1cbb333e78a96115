/** The identities of clients: SPIFFE IDs in their certificates, outside the mesh's trust domain. */
import { matching } from "../validation/checks";
import { problem, type Problem } from "../validation/problem";

const spiffePattern = /^spiffe:\/\/([a-z0-9][-a-z0-9_.]*)(\/[A-Za-z0-9._-]+)+$/;

/** An identity in SPIFFE's form (https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md), which Istio's policies compare without "spiffe://". */
export function spiffeUri(value: unknown, path: string): Problem[] {
    return typeof value === "string" && /\/(ns|sa)\//.test(value)
        ? [problem(path, value, 'has "/ns/" or "/sa/" in it, by which Istio knows workloads: take another path')]
        : matching(
              spiffePattern,
              "must be a SPIFFE ID: spiffe://, a trust domain in lower case, and a path such as /clients/alice",
          )(value, path);
}

/** Istio takes it for the mesh's, whatever that is called (pilot/pkg/security/trustdomain/bundle.go). */
export const defaultTrustDomain = "cluster.local";

export const trustDomainCheck = matching(
    /^[a-z0-9][-a-z0-9_.]{0,254}$/,
    "must be a trust domain such as cluster.local, in lower case and without spiffe://",
);

/** A certificate in the mesh's own trust domain would pass every policy that names a workload of the mesh. */
export function validateTrustDomain(uri: unknown, path: string, meshTrustDomain: unknown): Problem[] {
    const trustDomain = typeof uri === "string" ? spiffePattern.exec(uri)?.[1] : undefined;
    return trustDomain !== undefined && [meshTrustDomain, defaultTrustDomain].includes(trustDomain)
        ? [
              problem(
                  path,
                  uri,
                  "is in the mesh's own trust domain, where it would pass for a workload: take another one",
              ),
          ]
        : [];
}
