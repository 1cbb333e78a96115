/** The clients outside the mesh: each gets its own certificate, and the guard admits no other client if they are listed. */
import * as pulumi from "@pulumi/pulumi";
import { type Listener, tlsModes } from "../listeners/listeners";
import { TlsMode } from "../listeners/listenerTls";
import { type Check, input, isLater, list, matching, object, plain, required } from "../validation/checks";
import { exclusive } from "../validation/exclusive";
import * as problem from "../validation/problem";
import { certificateRequestCheck, requestedUris, validateRequestedUris } from "../x509/certificateRequest";
import { spiffeUri, validateTrustDomain } from "../x509/spiffe";
import { commonNameOf, type Subject, subjectCheck } from "../x509/subject";

/** A client outside the mesh, with its certificate. */
export interface Client {
    /** Name of the client: the key of its bundle in `clientBundles`, and part of the resource names. At most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit; not "connectivity-check". With `certManager`, lowercase letters and no "_". Plain value, not an Output. */
    readonly name: string;
    /** [SPIFFE ID](https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md) of the client, by which the guard identifies it: `spiffe://<trust domain>/<path>`, the URI SAN of its certificate. Not in the mesh trust domain or in "cluster.local", and without `/ns/` and `/sa/`, by which Istio recognizes mesh workloads. Default: the URI SAN of `certificateRequestPem`, or `spiffe://<host of the Service>/clients/<name>`. */
    readonly uri?: pulumi.Input<string>;
    /** Distinguished name of the client. Cannot be combined with `certificateRequestPem` and `existingSecrets`. See [RFC 5280, section 4.1.2.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.6). Plain value, not an Output; its properties accept Outputs. Default: the common name `<name>.<namespace>.svc.<clusterDomain>`, or `<name>` if that is longer than 64 characters. */
    readonly subject?: Subject;
    /** Certificate signing request (CSR) of the client in PEM form, so that the private key never leaves the client. See [RFC 2986, PKCS #10](https://www.rfc-editor.org/rfc/rfc2986). The certificate gets the subject and the SANs of the CSR, which must contain exactly one URI. The key must be ECDSA P-256, ECDSA P-384, or RSA with at least 2048 bits. Cannot be combined with `subject`, `certManager` and `existingSecrets`. Default: none; the component generates a private key, which the client's bundle contains. */
    readonly certificateRequestPem?: pulumi.Input<string>;
}

/** The client that gets a certificate if the arguments list none. Then any client with a certificate from the CA is admitted. */
const anyClient: Client = { name: "client" };

/** The client of a ConnectivityCheck. */
export const connectivityCheckClient: Client = { name: "connectivity-check" };

/** All clients that get a certificate. */
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

/** Clients that the guard cannot distinguish, or that it would take for a mesh workload. */
export function validateClients(
    clients: readonly Client[],
    listeners: readonly Listener[] | undefined,
    meshTrustDomain: unknown,
    host: string | undefined,
): problem.Problem[] {
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
                ? [problem.invalid(`${path}.name`, name, "is reserved for the connectivity check. Use another name")]
                : []),
            ...(earlier.some((other) => other.name === name)
                ? [problem.duplicate(`${path}.name`, name, "is the name of another client. Use a unique name")]
                : []),
            ...(uri !== undefined &&
            !isLater(uri) &&
            earlier.every((other) => other.name !== name) &&
            uris.indexOf(uri) < index
                ? [problem.duplicate(`${path}.uri`, uri, "duplicates another client's URI. Set a unique uri")]
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
              problem.forbidden(
                  "clients",
                  `requires the TLS mode "MUTUAL" in all listeners, since the guard cannot identify a client without a certificate. Set the mode "MUTUAL" instead of ${JSON.stringify(other)}, or omit clients`,
              ),
          ];
}

/** A CSR must identify one client, and agree with the client's other arguments. */
function validateRequest(
    { name, uri, subject, certificateRequestPem: request }: Client,
    path: string,
    meshTrustDomain: unknown,
): problem.Problem[] {
    if (!request || isLater(request)) {
        return [];
    }
    const requestPath = `${path}.certificateRequestPem`;
    const requested = requestedUris(request);
    const problems = [
        ...validateRequestedUris(request, requestPath, meshTrustDomain),
        ...exclusive([
            {
                path: `${path}.subject`,
                excludedBy: "certificateRequestPem",
                both: Boolean(subject),
                because: "the request contains the subject",
            },
        ]),
    ];
    if (requested.length !== 1) {
        problems.push(
            problem.invalid(
                requestPath,
                undefined,
                `contains ${requested.length} URI SANs, but the guard identifies a client by exactly one. Create the CSR with -addext "subjectAltName=URI:spiffe://example.com/clients/${name}" (openssl req)`,
            ),
        );
    } else if (uri && !isLater(uri) && uri !== requested[0]) {
        problems.push(
            problem.invalid(
                `${path}.uri`,
                uri,
                `differs from the URI SAN of the CSR, ${JSON.stringify(requested[0])}. Remove uri`,
            ),
        );
    }
    return problems;
}

function defaultUri(host: string, client: string): string {
    return `spiffe://${host}/clients/${client}`;
}

/** The URI SAN of a client's certificate. */
export function clientUri(client: Client, host: pulumi.Output<string>): pulumi.Output<string> {
    const given: pulumi.Output<(string | undefined)[]> = pulumi.all([client.uri, client.certificateRequestPem]);
    return pulumi
        .all([given, host])
        .apply(([[uri, request], known]) => uri ?? requestedUris(request)[0] ?? defaultUri(known, client.name));
}

/** The common name of a client without a subject. */
export function clientCommonName(
    { name }: Client,
    namespace: pulumi.Output<string>,
    clusterDomain: pulumi.Output<string>,
): pulumi.Output<string> {
    return commonNameOf(pulumi.interpolate`${name}.${namespace}.svc.${clusterDomain}`, name);
}
