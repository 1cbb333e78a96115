/** Who is trusted: a client's own request, a CA that takes over from another, and certificates that no longer count. */
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import type { CertificateAuthorityArgs, ClientBundle } from "../..";
import { requested, type Requested, revocationList, subordinate } from "../unit/certificates";
import { type Chain, chainArguments, changes, linesAbout, openChain } from "./certificates/chain";
import { describeMesh } from "./describeMesh";
import { type ProgramStack, programStack } from "./programStack";
import { issue, newAuthority, type Pair } from "./traffic/certificates";

const namespace = "authorities";
const acmesUri = "spiffe://example.com/partners/acme";

describeMesh("clients and their CAs", (cluster) => {
    let current: Pair;
    let next: Pair;
    let acme: Requested;
    let chain: Chain;
    let bundles: Readonly<Record<string, ClientBundle>>;

    const alice = { name: "alice" };
    const bob = { name: "bob" };
    const acmeClient = () => ({ name: "acme", certificateRequestPem: acme.certificateRequestPem });

    before("up with a CA, two clients, and one that has its own key", async function () {
        this.timeout("5m");
        [current, next] = [await newAuthority("current"), await newAuthority("next")];
        acme = await requested([acmesUri]);
        chain = await openChain(cluster(), namespace, {
            certificateAuthority: current,
            clients: [alice, bob, acmeClient()],
        });
        await chain.stack.mustRun("up");
        bundles = await allBundles();
    });

    after("destroyed", async function () {
        this.timeout("5m");
        await chain.remove();
    });

    it("lets in the client with a key of its own, and knows nothing of that key", async function () {
        this.timeout("2m");
        expect((await chain.outputs()).clientBundles["acme"]).to.have.all.keys("caCertificatePem", "certificatePem");
        await chain.serves(bundles["acme"]!);
        const certificate = new X509Certificate(bundles["acme"]!.certificatePem);
        expect(certificate.subjectAltName).to.equal(`URI:${acmesUri}`);
        expect(certificate.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.2"]);
        const state = JSON.stringify(await chain.stack.export());
        expect(state).not.to.include(acme.privateKeyPem.split("\n")[1]!);
    });

    describe("a CA that takes over from another", () => {
        const rest: string[] = [];

        it("first is trusted beside it and certifies the clients; those of the old one notice nothing", async function () {
            this.timeout("5m");
            const before = bundles;
            await chain.losesNothing(before["alice"]!, async () => {
                set({ certificateAuthority: current, nextCertificateAuthority: next });
                const preview = await chain.stack.mustRun("preview");
                const due = [
                    "replace httpbin-client-acme-certificate",
                    "replace httpbin-client-alice-certificate",
                    "replace httpbin-client-bob-certificate",
                    "update httpbin-ca-secret-content",
                ];
                expect(changes(preview)).to.deep.equal(due);
                expect(linesAbout(preview, "httpbin-client-alice-certificate").join()).to.include(
                    "Give the client its new",
                );
                expect(linesAbout(preview, "httpbin-client-acme-certificate").join()).to.include(
                    "send it to the client",
                );
                expect(changes(await chain.stack.mustRun("up"))).to.deep.equal(due);
                bundles = await allBundles();
                // The sidecar may take some seconds to learn of the next CA.
                await chain.serves(bundles["alice"]!);
                await chain.serves(bundles["acme"]!);
                await chain.serves(before["bob"]!);
            });
            rest.push(before["alice"]!.certificatePem);
        });

        it("then certifies the server, and the old one is trusted no longer; those of the next notice nothing", async function () {
            this.timeout("5m");
            const old = { ...bundles["alice"]!, certificatePem: rest[0]! };
            await chain.losesNothing(bundles["alice"]!, async () => {
                set({ certificateAuthority: next });
                const due = [
                    "replace httpbin-server-certificate",
                    "update httpbin-ca-secret-content",
                    "update httpbin-server-secret-content",
                ];
                const preview = await chain.stack.mustRun("preview");
                expect(changes(preview)).to.deep.equal(due);
                expect(changes(await chain.stack.mustRun("up"))).to.deep.equal(due);
                const answer = await chain.refuses(old);
                expect(answer.exitCode, answer.error).not.to.equal(0);
            });
            bundles = await allBundles();
            await chain.serves(bundles["alice"]!);
            await chain.serves(bundles["acme"]!);
            await chain.stack.mustRun("preview", ["--expect-no-changes"]);
        });
    });

    describe("a CertificateAuthority", () => {
        let authority: ProgramStack<CertificateAuthorityArgs>;

        before("up", async function () {
            this.timeout("2m");
            authority = await programStack(cluster(), "authority", "authority", {});
            await authority.stack.mustRun("up");
        });

        after("destroyed", async function () {
            this.timeout("2m");
            authority.setArguments({});
            await authority.remove();
        });

        for (const [what, args, says] of [
            ["key", { keyAlgorithm: "RSA-2048" }, 'keyAlgorithm: "RSA-2048" cannot replace ECDSA-P256'],
            [
                "subject",
                { subject: { commonName: "other" } },
                'subject.commonName: "other" differs from the subject that the CA was created with',
            ],
        ] as const) {
            it(`keeps its ${what}: another one is refused, with what to do instead, and nothing is changed`, async function () {
                this.timeout("2m");
                const before = await authority.stack.export();
                authority.setArguments(args);
                for (const operation of ["preview", "up"] as const) {
                    const result = await authority.stack.run(operation);
                    expect(result.exitCode).not.to.equal(0);
                    expect(result.stdout + result.stderr)
                        .to.include(says)
                        .and.include("nextCertificateAuthority");
                    expect(changes(result)).to.deep.equal([]);
                }
                const ids = ({ resources }: typeof before) => resources!.map(({ urn, id }) => `${urn} ${id ?? ""}`);
                expect(ids(await authority.stack.export())).to.deep.equal(ids(before));
            });
        }

        it("lives longer without becoming another", async function () {
            this.timeout("2m");
            const before = await authority.stack.outputs();
            authority.setArguments({ validityPeriodHours: 200_000, maxPathLength: 1 });
            expect(changes(await authority.stack.mustRun("up"))).to.deep.equal(["replace authority-certificate"]);
            const [old, renewed] = [before, await authority.stack.outputs()].map(
                ({ certificatePem }) => new X509Certificate(certificatePem as string),
            );
            expect(renewed!.serialNumber).not.to.equal(old!.serialNumber);
            expect(renewed!.subject).to.equal(old!.subject);
            expect(renewed!.publicKey.equals(old!.publicKey)).to.equal(true);
        });
    });

    describe("a certificate that no longer counts", () => {
        it("is one of a client that was taken off the list: refused when Envoy has the new list", async function () {
            this.timeout("4m");
            await chain.serves(bundles["bob"]!);
            set({ certificateAuthority: next, clients: [alice, acmeClient()] });
            await chain.stack.mustRun("up");
            expect((await chain.refuses(bundles["bob"]!)).status).to.equal(403);
            await chain.serves(bundles["alice"]!);
        });

        it("is one on the CA's revocation list: refused in the handshake once the pods have been replaced", async function () {
            this.timeout("5m");
            await revoke("alice");
            await chain.serves(bundles["acme"]!);
            await chain.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("is one on a newer list, beside those of the former", async function () {
            this.timeout("5m");
            await revoke("alice", "acme");
        });

        it("counts again without the list", async function () {
            this.timeout("5m");
            set({ certificateAuthority: next, clients: [alice, acmeClient()] });
            await chain.stack.mustRun("up");
            await chain.serves(bundles["alice"]!);
            await chain.serves(bundles["acme"]!);
        });

        /** The update waits for the new pods; the Service may send a last connection to one that is about to end. */
        async function revoke(...clients: readonly string[]): Promise<void> {
            const serialNumbers = clients.map(
                (name) => new X509Certificate(bundles[name]!.certificatePem).serialNumber,
            );
            const certificateRevocationListPem = await revocationList(next, serialNumbers);
            set({ certificateAuthority: next, clients: [alice, acmeClient()], certificateRevocationListPem });
            await chain.stack.mustRun("up");
            for (const name of clients) {
                await chain.refuses(bundles[name]!);
                const { exitCode, status, error } = await chain.attempt(bundles[name]!);
                expect(status, name).to.equal(0);
                // After the handshake as the client sees it: while it sends, or while it waits for an answer.
                expect(exitCode, `${name}: ${error}`).to.be.oneOf([16, 55, 56]);
            }
        }
    });

    // A block of its own, since Mocha runs the tests of a block before the blocks in it.
    describe("a CA below another one", () => {
        it("is trusted alone: clients of others under the same root are refused", async function () {
            this.timeout("5m");
            const root = await newAuthority("root");
            const [partners, others] = [await subordinate(root), await subordinate(root)];
            const certificateAuthority = { ...partners, certificatePem: partners.certificatePem + root.certificatePem };
            // Without a list of clients, so that the sidecar's trust alone decides.
            chain.setArguments(chainArguments(namespace, { certificateAuthority }));
            await chain.stack.mustRun("up");
            const { clientBundles } = await chain.outputs();
            const client = clientBundles["client"]!;
            expect(client.caCertificatePem).to.equal(root.certificatePem);
            await chain.serves(client);
            const stranger = await issue(others, { commonName: "client", uris: [acmesUri] });
            const { exitCode, status } = await chain.attempt({
                caCertificatePem: root.certificatePem,
                privateKeyPem: stranger.privateKeyPem,
                certificatePem: `${stranger.certificatePem}\n${others.certificatePem}`,
            });
            expect({ refused: exitCode !== 0, status }).to.deep.equal({ refused: true, status: 0 });
        });
    });

    function set(args: Parameters<typeof chainArguments>[1]): void {
        const clients = args.clients ?? [alice, bob, acmeClient()];
        chain.setArguments(chainArguments(namespace, { ...args, clients }));
    }

    async function allBundles(): Promise<Readonly<Record<string, ClientBundle>>> {
        const { clientBundles } = await chain.outputs();
        const own = clientBundles["acme"]!;
        return { ...clientBundles, acme: { ...own, privateKeyPem: acme.privateKeyPem } };
    }
});
