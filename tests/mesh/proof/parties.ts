/** Who takes part in the proof: a CA, the clients that it has certified, and those that it has not. */
import type { ClientBundle } from "../../..";
import type { Cluster } from "../../../lab/cluster";
import { issue, newAuthority, otherAuthoritysClient, type Pair } from "../traffic/certificates";
import { type FriendlyWay, type HostileKind, hostileKinds } from "../traffic/configuration";
import { Traffic, type TrafficConfiguration } from "../traffic/traffic";

export const proofNamespace = "proof";

const hostIn = (namespace: string) => `httpbin.${namespace}.svc.cluster.local`;

/** The identity that the component gives a named client by default. */
const uriOf = (client: string) => `spiffe://${hostIn(proofNamespace)}/clients/${client}`;

export interface Parties {
    readonly authority: Pair;
    /** Alice's, who is on every list. */
    readonly friendly: Required<ClientBundle>;
    readonly hostile: Required<NonNullable<TrafficConfiguration["certificates"]>>;
    /** A certificate of the CA for another name, or for a URI, to be the one that is not let in. */
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

/** All that a client may try who knows only TLS without a client certificate to be let in. */
export const plaintextKinds = hostileKinds.filter((kind) => kind.startsWith("plaintext"));

/** Both clients; every port that the pods of the proof ever have, and that of the application. */
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
