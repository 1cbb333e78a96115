/** Clients that are named: each has a certificate of its own, and the guard lets in no others. */
import * as pulumi from "@pulumi/pulumi";
import { type Check, input, isLater, list, matching, object, plain, required } from "../validation/checks";
import { certificateRequestCheck, validateRequestedUris, requestedUris } from "../x509/certificateRequest";
import { spiffeUri, validateTrustDomain } from "../x509/spiffe";
import { type Listener, tlsModes } from "../listeners/listeners";
import { TlsMode } from "../listeners/listenerTls";
import { problem, type Problem } from "../validation/problem";
import { commonNameOf, type Subject, subjectCheck } from "../x509/subject";

/** One client from outside the mesh. */
export interface Client {
    /** Its name: under it its bundle is found, and its resources. Plain value. */
    readonly name: string;
    /** The URI in its certificate by which the guard knows it, spiffe://<trust domain>/<path>; not in the mesh's trust domain. Default: the one in its request, or spiffe://<host of the Service>/clients/<name>. */
    readonly uri?: pulumi.Input<string>;
    /** Its distinguished name. Default: <name>.<namespace>.svc.cluster.local as common name. */
    readonly subject?: Subject;
    /** A certificate request (PKCS #10) in PEM form that the client made itself, so that its private key never leaves it. Subject and names are the request's, with one URI by which the guard knows the client. Default: a key is made here, and is in the client's bundle. */
    readonly certificateRequestPem?: pulumi.Input<string>;
}

/** The one client of a chain that names none: whoever has a certificate of the CA is let in. */
const anyClient: Client = { name: "client" };

/** The client of a ConnectivityCheck. */
export const connectivityCheckClient: Client = { name: "connectivity-check" };

/** All that get a certificate. */
export function issuedTo(args: {
    readonly clients?: readonly Client[];
    readonly connectivityCheckClient?: boolean;
}): readonly Client[] {
    return [...(args.clients ?? [anyClient]), ...(args.connectivityCheckClient ? [connectivityCheckClient] : [])];
}

export const clientsCheck: Check = plain(
    list(
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
            certificateRequestPem: input(certificateRequestCheck),
        }),
        { items: "plain", nonEmpty: true },
    ),
);

/** Clients that cannot be told apart, and names that nothing looks at. */
export function validateClients(
    clients: readonly Client[],
    listeners: readonly Listener[] | undefined,
    meshTrustDomain: unknown,
    host: string | undefined,
): Problem[] {
    const uris = clients.map(({ name, uri, certificateRequestPem: request }) =>
        !request || uri
            ? (uri ?? (host === undefined ? undefined : defaultUri(host, name)))
            : isLater(request)
              ? undefined
              : requestedUris(request)[0],
    );
    const problems = clients.flatMap((client, index) => {
        const { name } = client;
        const path = `clients[${index}]`;
        const uri = uris[index];
        const earlier = clients.slice(0, index);
        return [
            ...(name === connectivityCheckClient.name
                ? [problem(`${path}.name`, name, "is that of the connectivity check: take another one")]
                : []),
            ...(earlier.some((other) => other.name === name)
                ? [problem(`${path}.name`, name, "must not be listed twice")]
                : []),
            ...(uri !== undefined &&
            !isLater(uri) &&
            earlier.every((other) => other.name !== name) &&
            uris.indexOf(uri) < index
                ? [problem(`${path}.uri`, uri, "is another client's as well: give each its own")]
                : []),
            ...validateTrustDomain(uri, `${path}.uri`, meshTrustDomain),
            ...validateRequest(client, path, meshTrustDomain),
        ];
    });
    const modes: unknown[] = tlsModes(listeners);
    const other = modes.find((mode) => !isLater(mode) && mode !== TlsMode.Mutual);
    return other === undefined
        ? problems
        : [
              ...problems,
              {
                  propertyPath: "clients",
                  reason: `can be told apart only where every client shows a certificate: leave them out, or take the TLS mode "MUTUAL" in all listeners instead of ${JSON.stringify(other)}`,
              },
          ];
}

/** A request has to say who its client is, and nobody else. */
function validateRequest(
    { name, uri, subject, certificateRequestPem: request }: Client,
    path: string,
    meshTrustDomain: unknown,
): Problem[] {
    if (!request || isLater(request)) {
        return [];
    }
    const requestPath = `${path}.certificateRequestPem`;
    const requested = requestedUris(request);
    const problems = validateRequestedUris(request, requestPath, meshTrustDomain);
    if (subject) {
        problems.push({
            propertyPath: `${path}.subject`,
            reason: "contradicts certificateRequestPem, which says what the subject is: leave one out",
        });
    }
    if (requested.length !== 1) {
        problems.push({
            propertyPath: requestPath,
            reason: `asks for ${requested.length} URIs, and the guard knows a client by exactly one: have it made with -addext "subjectAltName=URI:spiffe://example.com/clients/${name}" (openssl req)`,
        });
    } else if (uri && !isLater(uri) && uri !== requested[0]) {
        problems.push(
            problem(`${path}.uri`, uri, `is not the URI in the request, ${JSON.stringify(requested[0])}: leave it out`),
        );
    }
    return problems;
}

function defaultUri(host: string, client: string): string {
    return `spiffe://${host}/clients/${client}`;
}

/** The URI in a client's certificate. */
export function clientUri(client: Client, host: pulumi.Output<string>): pulumi.Output<string> {
    const given: pulumi.Output<(string | undefined)[]> = pulumi.all([client.uri, client.certificateRequestPem]);
    return pulumi
        .all([given, host])
        .apply(([[uri, request], known]) => uri ?? requestedUris(request)[0] ?? defaultUri(known, client.name));
}

/** The common name of a client that is given none. */
export function clientCommonName(
    { name }: Client,
    namespace: pulumi.Output<string>,
    clusterDomain: pulumi.Output<string>,
): pulumi.Output<string> {
    return commonNameOf(pulumi.interpolate`${name}.${namespace}.svc.${clusterDomain}`, name);
}
