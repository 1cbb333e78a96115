/** Certificates for a CSR that the client created. */
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClientCertificate, SidecarTlsTermination } from "../../..";
import { damaged, requested } from "../certificates";
import { make, minimal, refusal } from "../component";
import { mockAuthority, record, Recording, valueOf } from "../recording";

const partnersUri = "spiffe://example.com/partners/acme";

describe("certificates for a client's CSR", () => {
    it("are issued without a key, and the guard identifies the client by the URI in the CSR", async () => {
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

    it("have the URI of a CSR that is an Output", async () => {
        const { certificateRequestPem } = await requested([partnersUri]);
        const { made } = await make({
            clients: [{ name: "acme", certificateRequestPem: pulumi.output(certificateRequestPem) }],
        });
        const guard = made.get("kubernetes:security.istio.io/v1:AuthorizationPolicy", "shop-guard").inputs["spec"];
        expect(JSON.stringify(guard)).to.include('"notPrincipals":["example.com/partners/acme"]');
    });

    for (const [what, uris, other, says] of [
        [
            "for no URI",
            [],
            {},
            /contains 0 URI SANs, .* exactly one\. Create the CSR with -addext "subjectAltName=URI:spiffe/,
        ],
        ["for two URIs", [partnersUri, `${partnersUri}/2`], {}, /certificateRequestPem: contains 2 URI SANs/],
        [
            "for a URI in the mesh trust domain",
            ["spiffe://cluster.local/partners/acme"],
            {},
            /certificateRequestPem: "spiffe:\/\/cluster.local\/partners\/acme" in the CSR must not be in the mesh trust domain/,
        ],
        [
            "for the URI of a workload",
            ["spiffe://example.com/ns/test/sa/shop"],
            {},
            /in the CSR must not contain "\/ns\/" or "\/sa\/"/,
        ],
        [
            "for another URI than the client's uri",
            [partnersUri],
            { uri: `${partnersUri}/2` },
            /clients\[0\]\.uri: .* differs from the URI SAN of the CSR/,
        ],
        [
            "alongside a subject",
            [partnersUri],
            { subject: { organization: "x" } },
            /clients\[0\]\.subject: cannot be combined with certificateRequestPem: the request contains the subject/,
        ],
    ] as const) {
        it(`reject one ${what}`, async () => {
            const { certificateRequestPem } = await requested(uris);
            expect(await refusal({ clients: [{ name: "acme", certificateRequestPem, ...other }] })).to.match(says);
        });
    }

    for (const [what, name] of Object.entries({
        "a DNS name that reads like another identity": { type: "dns", value: "spiffe://example.com/clients/alice" },
        "a name of an unsupported type": { type: "email", value: "acme@example.com" },
    } as const)) {
        it(`reject one with ${what}`, async () => {
            const { certificateRequestPem } = await requested([partnersUri], undefined, [name]);
            expect(await refusal({ clients: [{ name: "acme", certificateRequestPem }] })).to.match(
                /clients\[0\]\.certificateRequestPem: ".*" in the CSR (must be a DNS name|has the unsupported type email)/,
            );
        });
    }

    it("reject a text with two CSRs, of which the tls provider could read the other one", async () => {
        const [harmless, other] = [await requested([partnersUri]), await requested([`${partnersUri}/2`])];
        const hidden = other.certificateRequestPem.replace("REQUEST-----", "REQUEST-----  ");
        for (const certificateRequestPem of [
            hidden + harmless.certificateRequestPem,
            harmless.certificateRequestPem + other.certificateRequestPem,
        ]) {
            expect(await refusal({ clients: [{ name: "acme", certificateRequestPem }] })).to.include(
                "must be one CSR in PEM form and nothing else",
            );
        }
    });

    it("reject two CSRs for one URI", async () => {
        const [one, other] = [await requested([partnersUri]), await requested([partnersUri])];
        const clients = [
            { name: "one", certificateRequestPem: one.certificateRequestPem },
            { name: "other", certificateRequestPem: other.certificateRequestPem },
        ];
        expect(await refusal({ clients })).to.include("clients[1].uri");
    });

    it("reject one with an invalid signature before anything changes in the cluster", async () => {
        const { certificateRequestPem } = await requested([partnersUri]);
        const made = new Recording();
        const clients = [{ name: "acme", certificateRequestPem: damaged(certificateRequestPem) }];
        const error = await record(() => new SidecarTlsTermination("shop", { ...minimal, clients }), {}, made).catch(
            (reason: unknown) => reason as Error,
        );
        expect((error as Error).message).to.include("clients[0].certificateRequestPem: has an invalid signature");
        expect(made.resources.filter(({ type }) => /^(kubernetes|tls):/.test(type))).to.deep.equal([]);
    });

    it("reject a private key without showing it, and kinds of keys that Envoy does not accept", async () => {
        const { privateKeyPem } = await requested([partnersUri]);
        const message = await refusal({ clients: [{ name: "acme", certificateRequestPem: privateKeyPem }] });
        expect(message).to.include("contains a private key, which must stay with the client");
        expect(message).not.to.include(privateKeyPem.split("\n")[1]);
        const ed25519 = await requested([partnersUri], { name: "Ed25519" });
        expect(
            await refusal({ clients: [{ name: "a", certificateRequestPem: ed25519.certificateRequestPem }] }),
        ).to.include("is for a key of the kind Ed25519, but must be for ECDSA P-256");
    });

    it("are issued by ClientCertificate as well, which rejects what the CSR determines", async () => {
        const certificateAuthority = await mockAuthority;
        const { certificateRequestPem } = await requested([partnersUri]);
        let client: ClientCertificate | undefined;
        await record(() => {
            client = new ClientCertificate("acme", { certificateAuthority, certificateRequestPem });
            const both = { certificateAuthority, certificateRequestPem, keyAlgorithm: "RSA-2048" as const };
            expect(() => new ClientCertificate("both", both)).to.throw(
                "keyAlgorithm: cannot be combined with certificateRequestPem",
            );
        });
        expect(await valueOf(client!.privateKeyPem)).to.equal(undefined);
    });
});
