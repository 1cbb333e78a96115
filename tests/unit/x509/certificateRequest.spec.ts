/** Certificates for a request that the client made itself. */
import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { ClientCertificate, SidecarTlsTermination } from "../../..";
import { damaged, requested } from "../certificates";
import { make, minimal, refusal } from "../component";
import { mockAuthority, record, Recording, valueOf } from "../recording";

const partnersUri = "spiffe://example.com/partners/acme";

describe("certificates for the client's own request", () => {
    it("are made without a key, and the guard knows the client by the URI in the request", async () => {
        const { certificateRequestPem } = await requested([partnersUri]);
        const { made, component } = await make({ clients: [{ name: "acme", certificateRequestPem }] });
        expect(made.ofType("tls:index/privateKey:PrivateKey").map(({ name }) => name)).to.have.members([
            "shop-ca-key",
            "shop-server-key",
        ]);
        const certificate = made.get("tls:index/locallySignedCert:LocallySignedCert", "shop-client-acme-certificate");
        expect(certificate.inputs).to.deep.include({
            certRequestPem: certificateRequestPem,
            allowedUses: ["digital_signature", "client_auth"],
        });
        const guard = made.get("kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-guard").inputs["spec"];
        expect(JSON.stringify(guard)).to.include('"notPrincipals":["example.com/partners/acme"]');
        expect(Object.keys((await valueOf(component.clientBundle))!)).to.deep.equal([
            "caCertificatePem",
            "certificatePem",
        ]);
    });

    it("have the URI of a request that is known only later", async () => {
        const { certificateRequestPem } = await requested([partnersUri]);
        const { made } = await make({
            clients: [{ name: "acme", certificateRequestPem: pulumi.output(certificateRequestPem) }],
        });
        const guard = made.get("kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-guard").inputs["spec"];
        expect(JSON.stringify(guard)).to.include('"notPrincipals":["example.com/partners/acme"]');
    });

    for (const [what, uris, other, says] of [
        [
            "of no URI",
            [],
            {},
            /contains 0 URI SANs, .* exactly one\. Create the CSR with -addext "subjectAltName=URI:spiffe/,
        ],
        ["of two URIs", [partnersUri, `${partnersUri}/2`], {}, /certificateRequestPem: contains 2 URI SANs/],
        [
            "of the mesh's trust domain",
            ["spiffe://cluster.local/partners/acme"],
            {},
            /certificateRequestPem: "spiffe:\/\/cluster.local\/partners\/acme" in the request is in the mesh's own/,
        ],
        [
            "that passes for a workload",
            ["spiffe://example.com/ns/test/sa/shop"],
            {},
            /in the request has "\/ns\/" or "\/sa\/" in it/,
        ],
        [
            "of another URI than the one that is given",
            [partnersUri],
            { uri: `${partnersUri}/2` },
            /clients\[0\]\.uri: .* differs from the URI SAN of the CSR/,
        ],
        [
            "with a subject beside it",
            [partnersUri],
            { subject: { organization: "x" } },
            /clients\[0\]\.subject: cannot be combined with certificateRequestPem: the request contains the subject/,
        ],
    ] as const) {
        it(`refuse one ${what}`, async () => {
            const { certificateRequestPem } = await requested(uris);
            expect(await refusal({ clients: [{ name: "acme", certificateRequestPem, ...other }] })).to.match(says);
        });
    }

    for (const [what, name] of Object.entries({
        "a DNS name that reads like another identity": { type: "dns", value: "spiffe://example.com/clients/alice" },
        "a name of a kind that is not looked at": { type: "email", value: "acme@example.com" },
    } as const)) {
        it(`refuse one with ${what}`, async () => {
            const { certificateRequestPem } = await requested([partnersUri], undefined, [name]);
            expect(await refusal({ clients: [{ name: "acme", certificateRequestPem }] })).to.match(
                /clients\[0\]\.certificateRequestPem: ".*" in the request (must be a DNS name|is a name of the kind email)/,
            );
        });
    }

    it("refuse a text with more than one, of which the provider could read another one", async () => {
        const [harmless, other] = [await requested([partnersUri]), await requested([`${partnersUri}/2`])];
        const hidden = other.certificateRequestPem.replace("REQUEST-----", "REQUEST-----  ");
        for (const certificateRequestPem of [
            hidden + harmless.certificateRequestPem,
            harmless.certificateRequestPem + other.certificateRequestPem,
        ]) {
            expect(await refusal({ clients: [{ name: "acme", certificateRequestPem }] })).to.include(
                "must be one certificate request in PEM form and nothing else",
            );
        }
    });

    it("refuse two that ask for the same URI", async () => {
        const [one, other] = [await requested([partnersUri]), await requested([partnersUri])];
        const clients = [
            { name: "one", certificateRequestPem: one.certificateRequestPem },
            { name: "other", certificateRequestPem: other.certificateRequestPem },
        ];
        expect(await refusal({ clients })).to.include("clients[1].uri");
    });

    it("refuse one whose signature is bad, before anything is changed in the cluster", async () => {
        const { certificateRequestPem } = await requested([partnersUri]);
        const made = new Recording();
        const clients = [{ name: "acme", certificateRequestPem: damaged(certificateRequestPem) }];
        const error = await record(() => new SidecarTlsTermination("shop", { ...minimal, clients }), {}, made).catch(
            (reason: unknown) => reason as Error,
        );
        expect((error as Error).message).to.include(
            "clients[0].certificateRequestPem: is not signed with the key that it is for",
        );
        expect(made.resources.filter(({ type }) => /^(kubernetes|tls):/.test(type))).to.deep.equal([]);
    });

    it("refuse a private key, without showing it, and kinds of keys that Envoy does not take", async () => {
        const { privateKeyPem } = await requested([partnersUri]);
        const message = await refusal({ clients: [{ name: "acme", certificateRequestPem: privateKeyPem }] });
        expect(message).to.include("holds a private key, which only the client may know");
        expect(message).not.to.include(privateKeyPem.split("\n")[1]);
        const ed25519 = await requested([partnersUri], { name: "Ed25519" });
        expect(
            await refusal({ clients: [{ name: "a", certificateRequestPem: ed25519.certificateRequestPem }] }),
        ).to.include("is for a key of the kind Ed25519, and has to be for ECDSA P-256");
    });

    it("are made by ClientCertificate as well, which refuses what the request says itself", async () => {
        const certificateAuthority = await mockAuthority;
        const { certificateRequestPem } = await requested([partnersUri]);
        let client: ClientCertificate | undefined;
        await record(() => {
            client = new ClientCertificate("acme", { certificateAuthority, certificateRequestPem });
            const both = { certificateAuthority, certificateRequestPem, keyAlgorithm: "RSA-2048" as const };
            expect(() => new ClientCertificate("both", both)).to.throw(
                "keyAlgorithm: contradicts certificateRequestPem",
            );
        });
        expect(await valueOf(client!.privateKeyPem)).to.equal(undefined);
    });
});
