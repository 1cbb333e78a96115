/** Clients that are named: each has a certificate of its own, and the guard lets in no others. */
import * as pulumi from "@pulumi/pulumi";
import { type Subject, subjectCheck } from "./certificateArguments";
import {
    type Check,
    input,
    isLater,
    listOfObjects,
    matching,
    object,
    plain,
    problem,
    type Problem,
    required,
} from "./checks";
import { TlsMode } from "./listeners";

/** One client from outside the mesh. */
export interface Client {
    /** Its name: under it its bundle is found, and its resources. Plain value. */
    readonly name: string;
    /** The URI in its certificate by which the guard knows it, spiffe://<trust domain>/<path>; not in the mesh's trust domain. Default: spiffe://<host of the Service>/clients/<name>. */
    readonly uri?: pulumi.Input<string>;
    /** Its distinguished name. Default: <name>.<namespace>.svc.cluster.local as common name. */
    readonly subject?: Subject;
}

/** The one client of a chain that names none: whoever has a certificate of the CA is let in. */
export const anyClient: Client = { name: "client" };

export const clientsCheck: Check = plain(
    listOfObjects(
        object<Client>({
            name: required(
                plain(
                    matching(
                        /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
                        "must be at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit",
                    ),
                ),
            ),
            uri: input(spiffeUri),
            subject: subjectCheck,
        }),
    ),
);

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
export function trustDomainProblems(uri: unknown, path: string, meshTrustDomain: unknown): Problem[] {
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

/** Clients that cannot be told apart, and names that nothing looks at. */
export function clientProblems(
    clients: readonly Client[],
    mode: unknown,
    meshTrustDomain: unknown,
    host: string | undefined,
): Problem[] {
    const uris = clients.map(({ name, uri }) => uri ?? (host === undefined ? undefined : defaultUri(host, name)));
    const problems = clients.flatMap(({ name }, index) => {
        const path = `clients[${index}]`;
        const uri = uris[index];
        const earlier = clients.slice(0, index);
        return [
            ...(earlier.some((other) => other.name === name)
                ? [problem(`${path}.name`, name, "must not be listed twice")]
                : []),
            ...(uri !== undefined &&
            !isLater(uri) &&
            earlier.every((other) => other.name !== name) &&
            uris.indexOf(uri) < index
                ? [problem(`${path}.uri`, uri, "is another client's as well: give each its own")]
                : []),
            ...trustDomainProblems(uri, `${path}.uri`, meshTrustDomain),
        ];
    });
    return !isLater(mode) && mode !== TlsMode.Mutual
        ? [
              ...problems,
              {
                  propertyPath: "clients",
                  reason: `can be told apart only where every client shows a certificate: leave them out, or set external.mode to "MUTUAL" instead of ${JSON.stringify(mode)}`,
              },
          ]
        : problems;
}

function defaultUri(host: string, client: string): string {
    return `spiffe://${host}/clients/${client}`;
}

/** The URI in a client's certificate. */
export function clientUri(client: Client, host: pulumi.Output<string>): pulumi.Output<string> {
    const given: pulumi.Output<string | undefined> = pulumi.output(client.uri);
    return pulumi
        .all([given, host])
        .apply(([uri, known]) => (typeof uri === "string" ? uri : defaultUri(known, client.name)));
}
