/** The identities of clients: SPIFFE IDs in their certificates, outside the mesh trust domain. */
import { matching } from "../validation/checks";
import * as problem from "../validation/problem";

const spiffePattern = /^spiffe:\/\/([a-z0-9][-a-z0-9_.]*)(\/[A-Za-z0-9._-]+)+$/;

const spiffeForm = matching(
    spiffePattern,
    "must be a SPIFFE ID: spiffe://, a trust domain in lowercase, and a path such as /clients/alice",
);

/** A SPIFFE ID (https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md), which Istio's policies compare without "spiffe://". */
export function spiffeUri(value: unknown, path: string): problem.Problem[] {
    return typeof value === "string" && /\/(ns|sa)\//.test(value)
        ? [
              problem.invalid(
                  path,
                  value,
                  'must not contain "/ns/" or "/sa/", by which Istio recognizes workloads. Use another path',
              ),
          ]
        : spiffeForm(value, path);
}

/** Istio treats this trust domain as the mesh's, whatever the mesh's is (pilot/pkg/security/trustdomain/bundle.go). */
export const defaultTrustDomain = "cluster.local";

export const trustDomainCheck = matching(
    /^[a-z0-9][-a-z0-9_.]{0,254}$/,
    "must be a trust domain such as cluster.local, in lowercase and without spiffe://",
);

/** A certificate in the mesh trust domain would satisfy every policy that names a workload of the mesh. */
export function validateTrustDomain(uri: unknown, path: string, meshTrustDomain: unknown): problem.Problem[] {
    const trustDomain = typeof uri === "string" ? spiffePattern.exec(uri)?.[1] : undefined;
    return trustDomain !== undefined && [meshTrustDomain, defaultTrustDomain].includes(trustDomain)
        ? [
              problem.invalid(
                  path,
                  uri,
                  "must not be in the mesh trust domain, because the client would be authenticated as a mesh workload. Use another trust domain",
              ),
          ]
        : [];
}
