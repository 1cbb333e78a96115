/** A chain whose certificates cert-manager issues and renews. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect } from "chai";
import { type ClientBundle, KeyAlgorithm } from "../../..";
import { certManagerIssuer, clusterResourceNamespace } from "../../../lab/certManager/install";
import type { Cluster } from "../../../lab/cluster";
import { eventually } from "../eventually";
import { type Kubectl, kubectlFor } from "../kubectl";
import { anotherIsServed, type Chain, chainArguments, changes, openChain } from "./chain";
import { renew } from "./renew";

const namespace = "through-cert-manager";
const args = {
    certManager: { issuerName: certManagerIssuer, issuerKind: "ClusterIssuer" },
    clients: [{ name: "alice" }],
} as const;

/** `npm run test:cert-manager` tries every kind of key. */
const long = process.env["CERT_MANAGER"] === "long";

export function describeThroughCertManager(cluster: () => Cluster): void {
    describe("behind a sidecar", () => {
        let kubectl: Kubectl;
        let chain: Chain;
        let alice: ClientBundle;

        before("up", async function () {
            this.timeout("5m");
            kubectl = kubectlFor(cluster());
            chain = await openChain(cluster(), namespace, { ...args, clients: [...args.clients] });
            const preview = await chain.stack.mustRun("preview");
            expect(changes(preview)).to.include("create httpbin-cert-manager-server-certificate");
            await chain.stack.mustRun("up");
            alice = (await chain.outputs()).clientBundles["alice"]!;
        });

        after("destroyed", async function () {
            this.timeout("5m");
            await chain.remove();
        });

        it("the client is served with the bundle that cert-manager has made for it", async function () {
            this.timeout("2m");
            await chain.serves(alice);
            const certificate = new X509Certificate(alice.certificatePem);
            expect(certificate.subjectAltName).to.equal(
                `URI:spiffe://httpbin.${namespace}.svc.cluster.local/clients/alice`,
            );
            expect(certificate.verify(new X509Certificate(alice.caCertificatePem).publicKey)).to.equal(true);
            await chain.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
        });

        it("keys are secret, and the server's is not in the state at all", async () => {
            const state = JSON.stringify(await chain.stack.export());
            expect(state).not.to.match(/PRIVATE KEY|LS0tLS1CRUdJTi/);
            const { stdout } = await chain.stack.pulumi(["stack", "export", "--show-secrets"]);
            const data = (await kubectl.get("secret", "httpbin-server-cert-manager", namespace))["data"] as Record<
                string,
                string
            >;
            expect(stdout).to.include(Buffer.from(alice.privateKeyPem!).toString("base64"));
            expect(stdout).not.to.include(data["tls.key"]);
        });

        it("a renewal by cert-manager is served without a run of Pulumi, and no request is lost", async function () {
            this.timeout("3m");
            await chain.losesNothing(alice, async (traffic) => {
                const { serialNumber } = traffic.snapshot().certificate!;
                await renew(kubectl, namespace, "httpbin-server-cert-manager");
                await anotherIsServed(traffic, serialNumber);
            });
            await chain.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("a client's renewal is in its bundle after the next update", async function () {
            this.timeout("3m");
            await renew(kubectl, namespace, "httpbin-client-alice");
            const renewed = await eventually(
                "another bundle",
                async () => {
                    await chain.stack.mustRun("up");
                    return (await chain.outputs()).clientBundles["alice"]!;
                },
                ({ certificatePem }) => certificatePem !== alice.certificatePem,
            );
            expect(renewed.privateKeyPem).not.to.equal(alice.privateKeyPem);
            await chain.serves(renewed);
        });

        it("another lifetime changes the Certificates in place", async function () {
            this.timeout("3m");
            const certificates = { validityPeriodHours: 2160 };
            chain.setArguments(chainArguments(namespace, { ...args, clients: [...args.clients], certificates }));
            expect(changes(await chain.stack.mustRun("preview"))).to.deep.equal([
                "update httpbin-cert-manager-client-alice-certificate",
                "update httpbin-cert-manager-server-certificate",
            ]);
            await chain.stack.mustRun("up");
            await chain.serves((await chain.outputs()).clientBundles["alice"]!);
        });

        for (const keyAlgorithm of long ? Object.values(KeyAlgorithm) : [KeyAlgorithm.Rsa2048]) {
            it(`keys become ${keyAlgorithm}, of server and client, with another certificate each`, async function () {
                this.timeout("3m");
                const { clientBundles } = await chain.outputs();
                await chain.losesNothing(clientBundles["alice"]!, async () => {
                    const certificates = { validityPeriodHours: 2160, keyAlgorithm };
                    chain.setArguments(
                        chainArguments(namespace, { ...args, clients: [...args.clients], certificates }),
                    );
                    await chain.stack.mustRun("up");
                    const bundle = (await chain.outputs()).clientBundles["alice"]!;
                    expect(kindOf(bundle.privateKeyPem!)).to.equal(keyAlgorithm);
                    await chain.serves(bundle);
                });
            });
        }

        it("certificates that are made here take their place, and give it back to an Issuer of the namespace", async function () {
            this.timeout("5m");
            chain.setArguments(chainArguments(namespace, { clients: [...args.clients] }));
            await chain.stack.mustRun("up");
            await chain.serves((await chain.outputs()).clientBundles["alice"]!);
            await chain.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
            expect(await kubectl.list("certificates", namespace)).to.deep.equal([]);
            await makeIssuer();
            const certManager = { issuerName: "own" };
            chain.setArguments(chainArguments(namespace, { certManager, clients: [...args.clients] }));
            await chain.stack.mustRun("up");
            await chain.serves((await chain.outputs()).clientBundles["alice"]!);
        });

        it("destroyed, its Secrets are gone with the keys in them", async function () {
            this.timeout("3m");
            // The namespace goes last: what is in it has to be gone before, and not with it.
            const { steps } = await chain.stack.mustRun("destroy");
            const deleted = steps.filter(({ operation }) => operation === "delete").map(({ name }) => name);
            expect(deleted).to.include.members([
                "httpbin-cert-manager-server-secret",
                "httpbin-cert-manager-client-alice-secret",
            ]);
        });

        /** With the CA of the lab's ClusterIssuer. */
        async function makeIssuer(): Promise<void> {
            const { data, type } = await kubectl.get("secret", certManagerIssuer, clusterResourceNamespace);
            await kubectl.apply({ apiVersion: "v1", kind: "Secret", metadata: { name: "own", namespace }, data, type });
            await kubectl.apply({
                apiVersion: "cert-manager.io/v1",
                kind: "Issuer",
                metadata: { name: "own", namespace },
                spec: { ca: { secretName: "own" } },
            });
        }
    });
}

function kindOf(privateKeyPem: string): string {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(privateKeyPem);
    const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {};
    const curves: Readonly<Record<string, string>> = { prime256v1: "P256", secp384r1: "P384" };
    return asymmetricKeyType === "rsa" ? `RSA-${modulusLength ?? 0}` : `ECDSA-${curves[namedCurve ?? ""] ?? ""}`;
}
