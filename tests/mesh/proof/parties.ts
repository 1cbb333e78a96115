/** The parties of the proof: a CA, the clients with its certificates, and the clients without. */
import type { ClientBundle } from "../../..";
import type { Cluster } from "../../../lab/cluster";
import { issue, newAuthority, otherAuthoritysClient, type Pair } from "../traffic/certificates";
import { type FriendlyWay, type HostileKind, hostileKinds } from "../traffic/configuration";
import { Traffic, type TrafficConfiguration } from "../traffic/traffic";

export const proofNamespace = "proof";

const hostIn = (namespace: string) => `httpbin.${namespace}.svc.cluster.local`;

/** The default URI of a named client. */
export const uriOf = (client: string) => `spiffe://${hostIn(proofNamespace)}/clients/${client}`;

export interface Parties {
    readonly authority: Pair;
    /** The bundle of alice, who is on every allow list. */
    readonly friendly: Required<ClientBundle>;
    readonly hostile: Required<NonNullable<TrafficConfiguration["certificates"]>>;
    /** Issues a certificate of the CA for another name or URI, to be used as the one that is not on the allow list. */
    of(client: string): Promise<Pair>;
}

export async function newParties(): Promise<Parties> {
    const authority = await newAuthority();
    const of = (client: string) => {
        const uri = client.includes("://") ? client : uriOf(client);
        return issue(authority, { commonName: "client", uris: [uri] });
    };
    return {
        authority,
        friendly: { caCertificatePem: authority.certificatePem, ...(await of("alice")) },
        hostile: {
            otherAuthority: await otherAuthoritysClient(),
            expired: await issue(authority, { commonName: "alice", uris: [uriOf("alice")], validHours: -1 }),
            unlisted: await of("mallory"),
        },
        of,
    };
}

/** The kinds of attempts that stay hostile in modes that admit TLS without a client certificate. */
export const plaintextKinds = hostileKinds.filter((kind) => kind.startsWith("plaintext"));

/** Starts both clients, on every port that the pods of the proof ever listen on, and on the application's port. */
export function startTraffic(
    cluster: Cluster,
    parties: Parties,
    options: {
        readonly namespace?: string;
        readonly kinds?: readonly HostileKind[];
        readonly unlisted?: Pair;
        readonly ways?: readonly FriendlyWay[];
    } = {},
): Promise<Traffic> {
    const namespace = options.namespace ?? proofNamespace;
    return Traffic.start(cluster, {
        namespace,
        podSelector: "app in (httpbin, renamed, moved)",
        podPorts: [9080, 9081, 9090, 80],
        serviceNames: ["httpbin"],
        servicePorts: [8443, 8080],
        host: hostIn(namespace),
        certificates: { ...parties.hostile, ...(options.unlisted ? { unlisted: options.unlisted } : {}) },
        ...(options.kinds ? { kinds: options.kinds } : {}),
        friendly: { bundle: parties.friendly, port: 8443, ...(options.ways ? { ways: options.ways } : {}) },
        ratePerSecond: 2,
        limitSeconds: 2 * 3600,
    });
}
