/** Bad arguments fail before anything is registered, with the path, the value and what is allowed. */
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import {
    CertificateAuthority,
    ClientCertificate,
    IstiodFeatureFlag,
    SidecarTlsTermination,
    type SidecarTlsTerminationArgs,
} from "../..";
import { type Pair, selfSigned } from "./certificates";
import { record, Recording } from "./recording";

const good = { namespace: "test", workload: { image: "example.com/application", port: 80 } };

/** The message with which the component refuses the arguments; the plain ones are any JavaScript caller's, so untyped. */
async function refusal(args: object, name = "shop"): Promise<string> {
    const accepted = await record(() => new SidecarTlsTermination(name, args as SidecarTlsTerminationArgs)).catch(
        (error: unknown) => error as Error,
    );
    if (accepted instanceof Error) {
        return accepted.message;
    }
    throw new Error(`accepted, with ${accepted.resources.length} resources`);
}

const defaultUris = "spiffe://shop.test.svc.cluster.local/clients";

const cases: { title: string; args: object; says: string[] }[] = [
    { title: "no namespace", args: { workload: good.workload }, says: ["namespace: is required"] },
    { title: "no workload", args: { namespace: "test" }, says: ["workload: is required"] },
    {
        title: "no port",
        args: { ...good, workload: { image: "i" } },
        says: ["workload.port: is required"],
    },
    {
        title: "an image that is empty",
        args: { ...good, workload: { image: "", port: 80 } },
        says: ['workload.image: "" must be a string that is not empty'],
    },
    {
        title: "a namespace that is no DNS label",
        args: { ...good, namespace: "Test_1" },
        says: ['namespace: "Test_1" must be a DNS label', "lower-case"],
    },
    {
        title: "a namespace without injection",
        args: { ...good, namespace: "kube-system" },
        says: ['namespace: "kube-system" is a namespace in which Istio never injects'],
    },
    {
        title: "istiod's own namespace",
        args: { ...good, namespace: "istio-system" },
        says: ['namespace: "istio-system" is istiod\'s own'],
    },
    {
        title: "a misspelt argument",
        args: { ...good, createNameSpace: true },
        says: ["createNameSpace: there is no such argument", "createNamespace"],
    },
    {
        title: "a misspelt argument further down",
        args: { ...good, workload: { ...good.workload, replica: 2 } },
        says: ["workload.replica: there is no such argument", "replicas"],
    },
    {
        title: "a port that is none",
        args: { ...good, workload: { image: "i", port: 70000 } },
        says: ["workload.port: 70000 must be a whole number from 1 to 65535"],
    },
    {
        title: "a port given as text",
        args: { ...good, workload: { image: "i", port: "80" } },
        says: ['workload.port: "80" must be a whole number'],
    },
    ...[15000, 15006, 15090].map((port) => ({
        title: `a listener port of Istio's own, ${port}`,
        args: { ...good, external: { listenerPort: port } },
        says: [`external.listenerPort: ${port} lies in 15000-15090`],
    })),
    {
        title: "an application on a port of Istio's own",
        args: { ...good, workload: { image: "i", port: 15020 } },
        says: ["workload.port: 15020 lies in 15000-15090"],
    },
    {
        title: "one Service port for two ways in",
        args: { ...good, external: { servicePort: 8080 } },
        says: ["external.servicePort: 8080 is also internal.servicePort"],
    },
    {
        title: "one sidecar port for two ways in",
        args: { ...good, internal: { listenerPort: 9080 } },
        says: ["external.listenerPort: 9080 is also internal.listenerPort"],
    },
    {
        title: "an application that listens on the TLS port",
        args: { ...good, workload: { image: "i", port: 9080 } },
        says: ["external.listenerPort: 9080 is also workload.port", "does not listen"],
    },
    {
        title: "an application that listens on the mesh's port",
        args: { ...good, workload: { image: "i", port: 9081 } },
        says: ["internal.listenerPort: 9081 is also workload.port"],
    },
    {
        title: "an empty selector",
        args: { ...good, workload: { ...good.workload, labels: {} } },
        says: ["workload.labels: {} must hold at least one label"],
    },
    {
        title: "a list as labels",
        args: { ...good, workload: { ...good.workload, labels: ["app"] } },
        says: ['workload.labels: ["app"] must hold at least one label'],
    },
    {
        title: "a label value that is none",
        args: { ...good, workload: { ...good.workload, labels: { app: "my app" } } },
        says: ['workload.labels["app"]: "my app" must be a label value'],
    },
    {
        title: "the version given twice",
        args: { ...good, workload: { ...good.workload, labels: { app: "a", version: "v1" }, version: "v2" } },
        says: ["workload.version: contradicts the label version in workload.labels"],
    },
    {
        title: "one name for two Secrets",
        args: { ...good, objectNames: { serverSecret: "tls", caSecret: "tls" } },
        says: ['objectNames.serverSecret: "tls" is also objectNames.caSecret'],
    },
    {
        title: "a revision that is none",
        args: { ...good, istiod: { revisions: ["1.20"] } },
        says: ['istiod.revisions[0]: "1.20" must be the name of an Istio revision'],
    },
    {
        title: "a number of pods that is none",
        args: { ...good, workload: { ...good.workload, replicas: -1 } },
        says: ["workload.replicas: -1 must be a whole number"],
    },
    {
        title: "a validity of 0 hours",
        args: { ...good, certificates: { validityPeriodHours: 0 } },
        says: ["certificates.validityPeriodHours: 0 must be a whole number of hours from 1"],
    },
    {
        title: "a renewal window as long as the validity",
        args: { ...good, certificates: { validityPeriodHours: 24, earlyRenewalHours: 24 } },
        says: ["certificates.earlyRenewalHours: 24 must be less than validityPeriodHours, which is 24"],
    },
    {
        title: "an unknown kind of key",
        args: { ...good, certificates: { keyAlgorithm: "Ed25519" } },
        says: ['certificates.keyAlgorithm: "Ed25519" must be one of "ECDSA-P256", "RSA-2048"'],
    },
    {
        title: "a namespace both created and labelled",
        args: { ...good, createNamespace: true, labelNamespace: true },
        says: ["labelNamespace: true contradicts createNamespace"],
    },
    {
        title: "an Output that would decide which resources exist",
        args: { ...good, createNamespace: pulumi.output(true) },
        says: ["createNamespace: decides which resources exist, so it cannot be an Output"],
    },
    {
        title: "an istiod revision twice",
        args: { ...good, istiod: { revisions: ["a", "a"] } },
        says: ['istiod.revisions: "a" must not be listed twice'],
    },
    {
        title: "no istiod revision",
        args: { ...good, istiod: { revisions: [] } },
        says: ["istiod.revisions: [] must be a list with at least one item"],
    },
    {
        title: "a Service name that is none",
        args: { ...good, objectNames: { service: "1st" } },
        says: ['objectNames.service: "1st" must be the name of a Service'],
    },
    {
        title: "a CA that is no PEM text",
        args: { ...good, certificateAuthority: { certificatePem: "x", privateKeyPem: "hidden" } },
        says: ["certificateAuthority.certificatePem: must be a text in PEM form"],
    },
    ...["PASSTHROUGH", "ISTIO_MUTUAL", "mutual", ""].map((mode) => ({
        title: `the TLS mode ${JSON.stringify(mode)}`,
        args: { ...good, external: { mode } },
        says: [`external.mode: ${JSON.stringify(mode)} must be one of "MUTUAL", "OPTIONAL_MUTUAL", "SIMPLE"`],
    })),
    {
        title: "a protocol without TLS",
        args: { ...good, external: { protocol: "HTTP" } },
        says: ['external.protocol: "HTTP" must be one of "HTTPS", "TLS"'],
    },
    ...["SIMPLE", "OPTIONAL_MUTUAL"].map((mode) => ({
        title: `named clients with the TLS mode ${mode}`,
        args: { ...good, external: { mode }, clients: [{ name: "alice" }] },
        says: [`clients: can be told apart only where every client shows a certificate`, mode],
    })),
    {
        title: "named clients without the guard",
        args: { ...good, unsafeDisableGuard: true, clients: [{ name: "alice" }] },
        says: ["unsafeDisableGuard: true contradicts clients"],
    },
    {
        title: "a list of no clients",
        args: { ...good, clients: [] },
        says: ["clients: [] must be a list with at least one item"],
    },
    {
        title: "a client without a name",
        args: { ...good, clients: [{ uri: "spiffe://example.com/a" }] },
        says: ["clients[0].name: is required"],
    },
    {
        title: "a client listed twice",
        args: { ...good, clients: [{ name: "alice" }, { name: "alice" }] },
        says: ['clients[1].name: "alice" must not be listed twice'],
    },
    {
        title: "two clients with one URI",
        args: {
            ...good,
            clients: [
                { name: "alice", uri: "spiffe://example.com/a" },
                { name: "bob", uri: "spiffe://example.com/a" },
            ],
        },
        says: ['clients[1].uri: "spiffe://example.com/a" is another client\'s as well'],
    },
    {
        title: "a client with the URI that another has by default",
        args: { ...good, clients: [{ name: "alice" }, { name: "bob", uri: `${defaultUris}/alice` }] },
        says: [`clients[1].uri: "${defaultUris}/alice" is another client's as well`],
    },
    {
        title: "a client whose default URI is in the mesh's trust domain",
        args: { ...good, clients: [{ name: "alice" }], istiod: { trustDomain: "shop.test.svc.cluster.local" } },
        says: [`clients[0].uri: "${defaultUris}/alice" is in the mesh's own trust domain`],
    },
    ...["example.com/alice", "spiffe://example.com", "spiffe://example.com/*", "spiffe://Example.com/a"].map((uri) => ({
        title: `the client URI ${uri}`,
        args: { ...good, clients: [{ name: "alice", uri }] },
        says: [`clients[0].uri: "${uri}" must be a SPIFFE ID`],
    })),
    {
        title: "a client that Istio would know as a workload",
        args: { ...good, clients: [{ name: "alice", uri: "spiffe://example.com/ns/admin/sa/root" }] },
        says: ['clients[0].uri: "spiffe://example.com/ns/admin/sa/root" has "/ns/" or "/sa/" in it'],
    },
    {
        title: "a trust domain that is an identity",
        args: { ...good, istiod: { trustDomain: "spiffe://mesh.example" } },
        says: ['istiod.trustDomain: "spiffe://mesh.example" must be a trust domain'],
    },
    {
        title: "a client in the mesh's trust domain",
        args: {
            ...good,
            istiod: { trustDomain: "mesh.example" },
            clients: [{ name: "alice", uri: "spiffe://mesh.example/clients/alice" }],
        },
        says: ['clients[0].uri: "spiffe://mesh.example/clients/alice" is in the mesh\'s own trust domain'],
    },
    {
        title: "a client in the trust domain that Istio takes for the mesh's",
        args: {
            ...good,
            istiod: { trustDomain: "mesh.example" },
            clients: [{ name: "alice", uri: "spiffe://cluster.local/clients/alice" }],
        },
        says: ["is in the mesh's own trust domain"],
    },
    ...[" ", "nginx\n", "\u00a0nginx", "ngi nx"].map((image) => ({
        title: `the image ${JSON.stringify(image)}`,
        args: { ...good, workload: { image, port: 80 } },
        says: [`workload.image: ${JSON.stringify(image)} must be the name of a container image, which has no blanks`],
    })),
    {
        title: "a port that is a bigint",
        args: { ...good, workload: { image: "i", port: 80n } },
        says: ['workload.port: "80n" must be a whole number from 1 to 65535'],
    },
    {
        title: "more labels than a Sidecar selects by",
        args: { ...good, workload: { ...good.workload, labels: numberedLabels(256) } },
        says: ["workload.labels: must hold at most 255 labels, not 256"],
    },
    {
        title: "a label key with too long a prefix",
        args: { ...good, workload: { ...good.workload, labels: { [`${"p".repeat(254)}/app`]: "a" } } },
        says: ["must be a label key"],
    },
    {
        title: "a client URI that turns out to be no text",
        args: { ...good, clients: [{ name: "alice", uri: pulumi.output(5) }] },
        says: ["clients[0].uri: 5 must be a SPIFFE ID"],
    },
    {
        title: "a CA that turns out to be no text",
        args: { ...good, certificateAuthority: { certificatePem: pulumi.output(5), privateKeyPem: "-----BEGIN " } },
        says: ["certificateAuthority.certificatePem: must be a text in PEM form"],
    },
    ...Object.entries({
        "external.mode": { external: { mode: pulumi.output(undefined) } },
        "workload.labels": { workload: { ...good.workload, labels: pulumi.output(null) } },
        "clients[0].uri": { clients: [{ name: "alice", uri: pulumi.output(undefined) }] },
    }).map(([path, args]) => ({
        title: `an Output of nothing at ${path}`,
        args: { ...good, ...args },
        says: [`${path}: is an Output of nothing`],
    })),
    {
        title: "a kind of key that is known before another value, by its own path",
        args: {
            ...good,
            namespace: new Promise((resolve) => setTimeout(resolve, 20, "test")),
            certificates: { keyAlgorithm: pulumi.output("RSA-4096"), validityPeriodHours: pulumi.output(0) },
        },
        says: ["certificates.keyAlgorithm: ", "certificates.validityPeriodHours: "],
    },
    ...["sidecar.istio.io/inject", "istio.io/rev"].map((label) => ({
        title: `the label ${label}`,
        args: { ...good, workload: { ...good.workload, labels: { app: "a", [label]: "false" } } },
        says: [`workload.labels["${label}"]: "${label}" could take the pods their sidecar`],
    })),
    {
        title: "a label key that is none",
        args: { ...good, workload: { ...good.workload, labels: { "my app": "a" } } },
        says: ['workload.labels["my app"]: "my app" must be a label key'],
    },
    {
        title: "a common name that no certificate takes",
        args: { ...good, certificates: { serverSubject: { commonName: "a".repeat(65) } } },
        says: ["certificates.serverSubject.commonName:", "must be a string of 1 to 64 characters"],
    },
    {
        title: "an Output that turns out wrong",
        args: { ...good, namespace: pulumi.output("Test") },
        says: ['namespace: "Test" must be a DNS label'],
    },
    {
        title: "an Output that turns out to clash",
        args: { ...good, workload: { image: "i", port: pulumi.output(9080) } },
        says: ["external.listenerPort: 9080 is also workload.port"],
    },
];

describe("arguments", () => {
    for (const { title, args, says } of cases) {
        it(`refuses ${title}`, async () => {
            const message = await refusal(args);
            expect(message).to.include('SidecarTlsTermination "shop" cannot be created with these arguments:');
            for (const part of says) {
                expect(message).to.include(part);
            }
        });
    }

    it("takes nothing for the default where no Output gives it", async () => {
        const nothing = { workload: { ...good.workload, labels: null, version: null }, external: { mode: null } };
        const args = { ...good, ...nothing, clients: [{ name: "alice", uri: null }] };
        const absent = await manifests({ ...good, clients: [{ name: "alice" }] });
        expect(absent).not.to.deep.equal([]);
        expect(await manifests(args)).to.deep.equal(absent);
    });

    it("refuses a component name that cannot be the Service's, and says which argument helps", async () => {
        const message = await refusal(good, "My Shop");
        expect(message).to.include('objectNames.service: "My Shop" must be the name of a Service');
    });

    it("shows no secret that turns out wrong", async () => {
        const message = await refusal({ ...good, workload: { image: pulumi.secret(""), port: pulumi.secret(70000) } });
        expect(message).to.include("workload.port: the secret value must be a whole number from 1 to 65535");
        expect(message).not.to.include("70000");
    });

    it("refuses a component where its outputs are wanted", async () => {
        const certificateAuthority = () => new CertificateAuthority("ca");
        const made = new Recording();
        const failed = record(
            () => new SidecarTlsTermination("shop", { ...good, certificateAuthority: certificateAuthority() }),
            {},
            made,
        );
        const error = await failed.catch((reason: unknown) => reason as Error);
        expect((error as Error).message).to.include(
            "certificateAuthority: is a resource: give an object of its outputs (certificatePem, privateKeyPem)",
        );
    });

    for (const [title, other, refused] of [
        ["the same labels", { app: "a" }, true],
        ["labels that select the other's pods as well", { app: "a", tier: "front" }, true],
        ["labels of its own", { app: "b" }, false],
    ] as const) {
        it(`${refused ? "refuses" : "accepts"} a second chain with ${title}`, async () => {
            const chain = (name: string, labels: object) =>
                new SidecarTlsTermination(name, { ...good, workload: { ...good.workload, labels: { ...labels } } });
            const both = record(() => {
                chain("one", { app: "a" });
                chain("two", other);
            });
            const error = await both.then(
                () => undefined,
                (reason: unknown) => reason as Error,
            );
            expect(error !== undefined).to.equal(refused);
            if (refused) {
                expect(error?.message).to.match(/workload\.labels: also select pods of SidecarTlsTermination "one"/);
            }
        });
    }

    it("refuses a component name that other objects cannot be named after", async () => {
        const message = await refusal({ ...good, objectNames: { service: "shop" } }, "My_Shop");
        expect(message).to.include('objectNames.guard: "My_Shop-guard" must be the name of a Kubernetes object');
    });

    it("shows no key that was given in the wrong place", async () => {
        const { privateKeyPem } = await selfSigned();
        for (const misplaced of [
            { certificateAuthority: privateKeyPem },
            { certificateAuthority: [privateKeyPem] },
            { namespace: privateKeyPem },
        ]) {
            expect(await refusal({ ...good, ...misplaced })).not.to.include(privateKeyPem.split("\n")[1]);
        }
    });

    it("reports everything that is wrong at once", async () => {
        const message = await refusal({ namespace: "A", workload: { image: "", port: 0 } });
        expect(message.split("\n")).to.have.length(4);
    });

    it("registers nothing when plain arguments are wrong", async () => {
        const made = await record(() => {
            expect(() => new SidecarTlsTermination("shop", { ...good, namespace: "A" })).to.throw();
            expect(() => new CertificateAuthority("ca", { validityPeriodHours: 0 })).to.throw("validityPeriodHours: 0");
            expect(() => new IstiodFeatureFlag("flag", { namespace: "A" })).to.throw('namespace: "A"');
            const issuer = { certificatePem: "-----BEGIN ", privateKeyPem: "-----BEGIN " };
            const wrong = { certificateAuthority: issuer, uris: ["alice"] };
            expect(() => new ClientCertificate("client", wrong)).to.throw('uris[0]: "alice" must be a SPIFFE ID');
            expect(() => new ClientCertificate("client", { certificateAuthority: issuer })).to.throw(
                "certificateAuthority.certificatePem: is not an X.509 certificate",
            );
        });
        expect(made.resources).to.deep.equal([]);
    });

    for (const [what, args] of Object.entries({
        "a CA": async () => ({ certificateAuthority: later(await selfSigned({ ca: false })) }),
        "a port": () => ({ workload: { image: "i", port: pulumi.output(9080) } }),
        "an image": () => ({ workload: { image: pulumi.output(""), port: 80 } }),
        "a kind of key": () => ({ certificates: { keyAlgorithm: pulumi.output("RSA-4096") } }),
        "a mode": () => ({ external: { mode: pulumi.output("PASSTHROUGH") } }),
        "a client's URI": () => ({ clients: [{ name: "a", uri: pulumi.output("spiffe://cluster.local/ns/a/sa/b") }] }),
        "a name": () => ({ objectNames: { sidecar: pulumi.output("A") } }),
        "a lifetime": () => ({ certificates: { validityPeriodHours: pulumi.output(0) } }),
        labels: () => ({ workload: { ...good.workload, labels: pulumi.output({}) } }),
    })) {
        it(`changes nothing in the cluster when ${what} known only later turns out wrong`, async () => {
            const made = new Recording();
            const wrong = await args();
            const failed = record(
                () => new SidecarTlsTermination("shop", { ...good, ...wrong } as SidecarTlsTerminationArgs),
                {},
                made,
            );
            const error = await failed.then(
                () => undefined,
                (reason: unknown) => reason as Error,
            );
            expect(error?.message).to.include("cannot be created with these arguments");
            expect(made.resources.map(({ type }) => type)).not.to.satisfy((types: string[]) =>
                types.some((type) => type.startsWith("kubernetes:")),
            );
        });
    }

    it("carries the paths for programs in other languages", () => {
        try {
            new SidecarTlsTermination("shop", { ...good, namespace: "A" });
        } catch (error) {
            expect(pulumi.InputPropertiesError.isInstance(error)).to.equal(true);
            const { errors } = error as pulumi.InputPropertiesError;
            expect(errors.map(({ propertyPath }) => propertyPath)).to.deep.equal(["namespace"]);
            return;
        }
        throw new Error("accepted");
    });

    describe("a CA of the user's own", () => {
        it("must have its own key", async () => {
            const [one, other] = [await selfSigned(), await selfSigned()];
            const message = await refusal({
                ...good,
                certificateAuthority: { ...one, privateKeyPem: other.privateKeyPem },
            });
            expect(message).to.include(
                'certificateAuthority.privateKeyPem: is not the private key of the certificate of "CN=tests"',
            );
            expect(message).not.to.include("PRIVATE KEY");
        });

        it("must be a CA", async () => {
            expect(await refusal({ ...good, certificateAuthority: await selfSigned({ ca: false }) })).to.include(
                'certificateAuthority.certificatePem: the certificate of "CN=tests" is not a CA\'s',
            );
        });

        it("must not have expired", async () => {
            expect(await refusal({ ...good, certificateAuthority: await selfSigned({ days: -1 }) })).to.match(
                /certificateAuthority\.certificatePem: the certificate of "CN=tests" expired on 20/,
            );
        });

        it("must have a key that can be read", async () => {
            const { certificatePem } = await selfSigned();
            const privateKeyPem = "-----BEGIN PRIVATE KEY-----\nhidden\n-----END PRIVATE KEY-----";
            const message = await refusal({ ...good, certificateAuthority: { certificatePem, privateKeyPem } });
            expect(message).to.include("certificateAuthority.privateKeyPem: is not a private key in PEM form");
            expect(message).not.to.include("hidden");
        });
    });
});

/** What the component registers for Kubernetes. */
async function manifests(args: object): Promise<unknown[]> {
    const { resources } = await record(() => new SidecarTlsTermination("shop", args as SidecarTlsTerminationArgs));
    return resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
}

function numberedLabels(count: number): object {
    return Object.fromEntries(Array.from({ length: count }, (_, key) => [`label-${key}`, "value"]));
}

/** A CA that another resource gives. */
function later({ certificatePem, privateKeyPem }: Pair) {
    return { certificatePem: pulumi.output(certificatePem), privateKeyPem: pulumi.secret(privateKeyPem) };
}
