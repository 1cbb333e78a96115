/** Which doubtful values are put where: for every argument those at the borders of its rules, and some that belong elsewhere. */
import * as fc from "fast-check";
import type { Pair } from "../../unit/certificates";
import {
    lengths,
    names,
    ports,
    labelValues,
    labels,
    images,
    uris,
    clientNames,
    texts,
    hours,
    revisions,
    flags,
} from "./borders";

/** Values by the path at which they are put; a `component` is named so. */
export function doubtfulValues(authority: Pair, stranger: Pair): { readonly [path: string]: fc.Arbitrary<unknown> } {
    // What users mix up: a key where something else belongs, nothing at all, another kind of value.
    const misplaced: unknown[] = [authority.privateKeyPem, stranger.privateKeyPem, null, [], {}, true, 5, "a"];
    const among = (...values: readonly unknown[]) => fc.constantFrom<unknown>(...values);
    const named = fc.oneof(among(...names), among(...lengths));
    const anything = fc.oneof({ weight: 2, arbitrary: among(...misplaced) }, fc.jsonValue({ maxDepth: 1 }));
    const somewhere = (own: fc.Arbitrary<unknown>) =>
        fc.oneof({ weight: 5, arbitrary: own }, { weight: 1, arbitrary: anything });
    const pems = among(
        authority.certificatePem,
        authority.privateKeyPem,
        stranger.certificatePem,
        "-----BEGIN A-----",
        "",
    );
    const subject = (path: string) => ({
        [`${path}.commonName`]: among(...texts),
        [`${path}.organization`]: among(...texts),
    });
    const objects = [
        "workload",
        "external",
        "internal",
        "certificates",
        "istiod",
        "objectNames",
        "certificateAuthority",
    ];
    const roles = ["deployment", "serviceAccount", "guard", "namespacePeerAuthentication", "portPeerAuthentication"];
    const values: { [path: string]: fc.Arbitrary<unknown> } = {
        namespace: fc.oneof(named, among("kube-system", "kube-public", "istio-system", "istio-control")),
        createNamespace: among(...flags),
        labelNamespace: among(...flags),
        strictNamespace: among(...flags),
        unsafeDisableGuard: among(...flags),
        "workload.image": among(...images),
        "workload.port": fc.oneof(among(...ports), fc.integer()),
        "workload.labels": labels,
        "workload.version": among(...labelValues),
        "workload.replicas": among(-1, 0, 1, 10000, 10001, 1.5, NaN, "1", 1n),
        "external.servicePort": fc.oneof(among(...ports), fc.integer()),
        "external.listenerPort": fc.oneof(among(...ports), fc.integer()),
        "external.protocol": among("HTTPS", "TLS", "https", "HTTP", "TCP", "GRPC", "HTTP2", ""),
        "external.mode": among(
            "MUTUAL",
            "SIMPLE",
            "OPTIONAL_MUTUAL",
            "mutual",
            "ISTIO_MUTUAL",
            "PASSTHROUGH",
            "AUTO_PASSTHROUGH",
            "",
        ),
        "internal.servicePort": fc.oneof(among(...ports), fc.integer()),
        "internal.listenerPort": fc.oneof(among(...ports), fc.integer()),
        clients: among([], [{}], [{ name: "a" }, { name: "a" }], [{ name: "a" }], "alice", ["alice"]),
        "clients[0]": among("alice", { name: "client" }, { uri: "spiffe://example.com/a" }),
        "clients[0].name": among(...clientNames),
        "clients[0].uri": among(...uris),
        "clients[0].subject": among({}, "CN=a"),
        ...subject("clients[0].subject"),
        "clients[1].uri": among(...uris),
        "certificateAuthority.certificatePem": pems,
        "certificateAuthority.privateKeyPem": pems,
        "certificates.keyAlgorithm": among("ECDSA-P256", "RSA-2048", "ecdsa-p256", "RSA-4096", "Ed25519", ""),
        "certificates.validityPeriodHours": among(...hours),
        "certificates.earlyRenewalHours": among(...hours),
        "certificates.serverSubject": among({}, "CN=a"),
        ...subject("certificates.serverSubject"),
        "istiod.manageFeatureFlag": among(...flags),
        "istiod.namespace": named,
        "istiod.revisions": among(...revisions),
        "istiod.trustDomain": among(
            "cluster.local",
            "mesh.example",
            "example.com",
            "shop.shop.svc.cluster.local",
            "",
            "*",
        ),
        "objectNames.service": named,
        ...Object.fromEntries(
            [...roles, "serverSecret", "caSecret", "sidecar"].map((role) => [`objectNames.${role}`, named]),
        ),
        ...Object.fromEntries(objects.map((path) => [path, anything])),
        // Misspelt and made up.
        ...Object.fromEntries(
            ["createNameSpace", "workload.replica", "external.Mode", "clients[0].names"].map((path) => [
                path,
                anything,
            ]),
        ),
    };
    return {
        ...Object.fromEntries(Object.entries(values).map(([path, own]) => [path, somewhere(own)])),
        component: fc.oneof<fc.Arbitrary<unknown>[]>(named, fc.string({ maxLength: 300 })),
    };
}
