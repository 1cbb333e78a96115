/** Trust between clients and server: a client's own CSR, CA rotation, revocation, and an intermediate CA. */
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import type { CertificateAuthorityArgs, ClientBundle } from "../..";
import { type Requested, requested, revocationList, subordinate } from "../unit/certificates";
import {
    changes,
    componentArguments,
    type ComponentStack,
    linesAbout,
    openComponent,
} from "./certificates/componentStack";
import { describeMesh } from "./describeMesh";
import { type ProgramStack, programStack } from "./programStack";
import { issue, newAuthority, type Pair } from "./traffic/certificates";

const namespace = "authorities";
const acmesUri = "spiffe://example.com/partners/acme";

describeMesh("clients and their CAs", (cluster) => {
    let current: Pair;
    let next: Pair;
    let acme: Requested;
    let component: ComponentStack;
    let bundles: Readonly<Record<string, ClientBundle>>;

    const alice = { name: "alice" };
    const bob = { name: "bob" };
    const acmeClient = () => ({ name: "acme", certificateRequestPem: acme.certificateRequestPem });

    before("the stack is up, with a CA of the test, two clients, and one that sent a CSR", async function () {
        this.timeout("5m");
        [current, next] = [await newAuthority("current"), await newAuthority("next")];
        acme = await requested([acmesUri]);
        component = await openComponent(cluster(), namespace, {
            certificateAuthority: current,
            clients: [alice, bob, acmeClient()],
        });
        await component.stack.mustRun("up");
        bundles = await allBundles();
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await component.remove();
    });

    it("admit a client that sent a CSR, and its private key never reaches the state", async function () {
        this.timeout("2m");
        expect((await component.outputs()).clientBundles["acme"]).to.have.all.keys(
            "caCertificatePem",
            "certificatePem",
        );
        await component.serves(bundles["acme"]!);
        const certificate = new X509Certificate(bundles["acme"]!.certificatePem);
        expect(certificate.subjectAltName).to.equal(`URI:${acmesUri}`);
        expect(certificate.keyUsage).to.deep.equal(["1.3.6.1.5.5.7.3.2"]);
        const state = JSON.stringify(await component.stack.export());
        expect(state).not.to.include(acme.privateKeyPem.split("\n")[1]!);
    });

    describe("CA rotation", () => {
        const rest: string[] = [];

        it("starts with both CAs trusted: the next CA issues the client certificates, and no request with an old one fails", async function () {
            this.timeout("5m");
            const before = bundles;
            await component.losesNothing(before["alice"]!, async () => {
                set({ certificateAuthority: current, nextCertificateAuthority: next });
                const preview = await component.stack.mustRun("preview");
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
                expect(changes(await component.stack.mustRun("up"))).to.deep.equal(due);
                bundles = await allBundles();
                // The sidecar may take some seconds to learn of the next CA.
                await component.serves(bundles["alice"]!);
                await component.serves(bundles["acme"]!);
                await component.serves(before["bob"]!);
            });
            rest.push(before["alice"]!.certificatePem);
        });

        it("ends with the server certificate issued by the next CA: the old CA is no longer trusted, and no request with a new certificate fails", async function () {
            this.timeout("5m");
            const old = { ...bundles["alice"]!, certificatePem: rest[0]! };
            await component.losesNothing(bundles["alice"]!, async () => {
                set({ certificateAuthority: next });
                const due = [
                    "replace httpbin-server-certificate",
                    "update httpbin-ca-secret-content",
                    "update httpbin-server-secret-content",
                ];
                const preview = await component.stack.mustRun("preview");
                expect(changes(preview)).to.deep.equal(due);
                expect(changes(await component.stack.mustRun("up"))).to.deep.equal(due);
                const answer = await component.refuses(old);
                expect(answer.exitCode, answer.error).not.to.equal(0);
            });
            bundles = await allBundles();
            await component.serves(bundles["alice"]!);
            await component.serves(bundles["acme"]!);
            await component.stack.mustRun("preview", ["--expect-no-changes"]);
        });
    });

    describe("a CertificateAuthority", () => {
        let authority: ProgramStack<CertificateAuthorityArgs>;

        before("the stack is up", async function () {
            this.timeout("2m");
            authority = await programStack(cluster(), "authority", "authority", {});
            await authority.stack.mustRun("up");
        });

        after("the stack is destroyed", async function () {
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
            it(`rejects a different ${what}, names the alternative, and changes nothing`, async function () {
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

        it("extends its validity period and keeps its key and subject", async function () {
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

    describe("revocation", () => {
        it("denies a client that was removed from the allow list, once Envoy has the new list", async function () {
            this.timeout("4m");
            await component.serves(bundles["bob"]!);
            set({ certificateAuthority: next, clients: [alice, acmeClient()] });
            await component.stack.mustRun("up");
            expect((await component.refuses(bundles["bob"]!)).status).to.equal(403);
            await component.serves(bundles["alice"]!);
        });

        it("rejects a certificate on the CA's revocation list in the handshake, once the pods are replaced", async function () {
            this.timeout("5m");
            await revoke("alice");
            await component.serves(bundles["acme"]!);
            await component.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("rejects the certificates that a newer revocation list adds, and those of the previous one", async function () {
            this.timeout("5m");
            await revoke("alice", "acme");
        });

        it("ends when the revocation list is removed: the certificates are admitted again", async function () {
            this.timeout("5m");
            set({ certificateAuthority: next, clients: [alice, acmeClient()] });
            await component.stack.mustRun("up");
            await component.serves(bundles["alice"]!);
            await component.serves(bundles["acme"]!);
        });

        /** The update waits for the new pods, but the Service may still route a connection to a pod that terminates. */
        async function revoke(...clients: readonly string[]): Promise<void> {
            const serialNumbers = clients.map(
                (name) => new X509Certificate(bundles[name]!.certificatePem).serialNumber,
            );
            const certificateRevocationListPem = await revocationList(next, serialNumbers);
            set({ certificateAuthority: next, clients: [alice, acmeClient()], certificateRevocationListPem });
            await component.stack.mustRun("up");
            for (const name of clients) {
                await component.refuses(bundles[name]!);
                const { exitCode, status, error } = await component.attempt(bundles[name]!);
                expect(status, name).to.equal(0);
                // The client considers the handshake complete, and fails while it sends or while it waits for a response.
                expect(exitCode, `${name}: ${error}`).to.be.oneOf([16, 55, 56]);
            }
        }
    });

    // In a separate block, because Mocha runs the tests of a block before its nested blocks.
    describe("an intermediate CA", () => {
        it("is the only trusted CA: clients of other CAs under the same root are rejected", async function () {
            this.timeout("5m");
            const root = await newAuthority("root");
            const [partners, others] = [await subordinate(root), await subordinate(root)];
            const certificateAuthority = { ...partners, certificatePem: partners.certificatePem + root.certificatePem };
            // There is no allow list, so that only the sidecar's trust anchors decide.
            component.setArguments(componentArguments(namespace, { certificateAuthority }));
            await component.stack.mustRun("up");
            const { clientBundles } = await component.outputs();
            const client = clientBundles["client"]!;
            expect(client.caCertificatePem).to.equal(root.certificatePem);
            await component.serves(client);
            const untrusted = await issue(others, { commonName: "client", uris: [acmesUri] });
            const { exitCode, status } = await component.attempt({
                caCertificatePem: root.certificatePem,
                privateKeyPem: untrusted.privateKeyPem,
                certificatePem: `${untrusted.certificatePem}\n${others.certificatePem}`,
            });
            expect({ refused: exitCode !== 0, status }).to.deep.equal({ refused: true, status: 0 });
        });
    });

    function set(args: Parameters<typeof componentArguments>[1]): void {
        const clients = args.clients ?? [alice, bob, acmeClient()];
        component.setArguments(componentArguments(namespace, { ...args, clients }));
    }

    async function allBundles(): Promise<Readonly<Record<string, ClientBundle>>> {
        const { clientBundles } = await component.outputs();
        const own = clientBundles["acme"]!;
        return { ...clientBundles, acme: { ...own, privateKeyPem: acme.privateKeyPem } };
    }
});
