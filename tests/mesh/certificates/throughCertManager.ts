/** A component whose certificates cert-manager issues and renews. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect } from "chai";
import { type ClientBundle, KeyAlgorithm } from "../../..";
import { certManagerIssuer, clusterResourceNamespace } from "../../../lab/certManager/install";
import type { Cluster } from "../../../lab/cluster";
import { eventually } from "../eventually";
import { type Kubectl, kubectlFor } from "../kubectl";
import { anotherIsServed, changes, componentArguments, type ComponentStack, openComponent } from "./componentStack";
import { renew } from "./renew";

const namespace = "through-cert-manager";
const args = {
    certManager: { issuerName: certManagerIssuer, issuerKind: "ClusterIssuer" },
    clients: [{ name: "alice" }],
} as const;

/** `npm run test:cert-manager` tests every key algorithm. */
const long = process.env["CERT_MANAGER"] === "long";

export function describeThroughCertManager(cluster: () => Cluster): void {
    describe("behind a sidecar", () => {
        let kubectl: Kubectl;
        let component: ComponentStack;
        let alice: ClientBundle;

        before("the stack is up", async function () {
            this.timeout("5m");
            kubectl = kubectlFor(cluster());
            component = await openComponent(cluster(), namespace, { ...args, clients: [...args.clients] });
            const preview = await component.stack.mustRun("preview");
            expect(changes(preview)).to.include("create httpbin-cert-manager-server-certificate");
            await component.stack.mustRun("up");
            alice = (await component.outputs()).clientBundles["alice"]!;
        });

        after("the stack is destroyed", async function () {
            this.timeout("5m");
            await component.remove();
        });

        it("issues a bundle with which the client is served", async function () {
            this.timeout("2m");
            await component.serves(alice);
            const certificate = new X509Certificate(alice.certificatePem);
            expect(certificate.subjectAltName).to.equal(
                `URI:spiffe://httpbin.${namespace}.svc.cluster.local/clients/alice`,
            );
            expect(certificate.verify(new X509Certificate(alice.caCertificatePem).publicKey)).to.equal(true);
            await component.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
        });

        it("keeps keys secret, and the server's key out of the state", async () => {
            const state = JSON.stringify(await component.stack.export());
            expect(state).not.to.match(/PRIVATE KEY|LS0tLS1CRUdJTi/);
            const { stdout } = await component.stack.pulumi(["stack", "export", "--show-secrets"]);
            const data = (await kubectl.get("secret", "httpbin-server-cert-manager", namespace))["data"] as Record<
                string,
                string
            >;
            expect(stdout).to.include(Buffer.from(alice.privateKeyPem!).toString("base64"));
            expect(stdout).not.to.include(data["tls.key"]);
        });

        it("renews the server certificate without a Pulumi run and without a lost request", async function () {
            this.timeout("3m");
            await component.losesNothing(alice, async (traffic) => {
                const { serialNumber } = traffic.snapshot().certificate!;
                await renew(kubectl, namespace, "httpbin-server-cert-manager");
                await anotherIsServed(traffic, serialNumber);
            });
            await component.stack.mustRun("preview", ["--expect-no-changes"]);
        });

        it("renews a client certificate, which is in the bundle after the next update", async function () {
            this.timeout("3m");
            await renew(kubectl, namespace, "httpbin-client-alice");
            const renewed = await eventually(
                "there is a new bundle",
                async () => {
                    await component.stack.mustRun("up");
                    return (await component.outputs()).clientBundles["alice"]!;
                },
                ({ certificatePem }) => certificatePem !== alice.certificatePem,
            );
            expect(renewed.privateKeyPem).not.to.equal(alice.privateKeyPem);
            await component.serves(renewed);
        });

        it("updates the Certificates in place when the duration changes", async function () {
            this.timeout("3m");
            const certificates = { validityPeriodHours: 2160 };
            component.setArguments(
                componentArguments(namespace, { ...args, clients: [...args.clients], certificates }),
            );
            expect(changes(await component.stack.mustRun("preview"))).to.deep.equal([
                "update httpbin-cert-manager-client-alice-certificate",
                "update httpbin-cert-manager-server-certificate",
            ]);
            await component.stack.mustRun("up");
            await component.serves((await component.outputs()).clientBundles["alice"]!);
        });

        for (const keyAlgorithm of long ? Object.values(KeyAlgorithm) : [KeyAlgorithm.Rsa2048]) {
            it(`changes the keys of server and client to ${keyAlgorithm}, with new certificates, without a lost request`, async function () {
                this.timeout("3m");
                const { clientBundles } = await component.outputs();
                await component.losesNothing(clientBundles["alice"]!, async () => {
                    const certificates = { validityPeriodHours: 2160, keyAlgorithm };
                    component.setArguments(
                        componentArguments(namespace, { ...args, clients: [...args.clients], certificates }),
                    );
                    await component.stack.mustRun("up");
                    const bundle = (await component.outputs()).clientBundles["alice"]!;
                    expect(kindOf(bundle.privateKeyPem!)).to.equal(keyAlgorithm);
                    await component.serves(bundle);
                });
            });
        }

        it("is replaced by certificates that the component issues, and replaces them with those of an Issuer in the namespace", async function () {
            this.timeout("5m");
            component.setArguments(componentArguments(namespace, { clients: [...args.clients] }));
            await component.stack.mustRun("up");
            await component.serves((await component.outputs()).clientBundles["alice"]!);
            await component.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
            expect(await kubectl.list("certificates", namespace)).to.deep.equal([]);
            await createIssuer();
            const certManager = { issuerName: "own" };
            component.setArguments(componentArguments(namespace, { certManager, clients: [...args.clients] }));
            await component.stack.mustRun("up");
            await component.serves((await component.outputs()).clientBundles["alice"]!);
        });

        it("leaves no Secrets with keys when the stack is destroyed", async function () {
            this.timeout("3m");
            // The namespace is deleted last: the Secrets must be deleted before it, not with it.
            const { steps } = await component.stack.mustRun("destroy");
            const deleted = steps.filter(({ operation }) => operation === "delete").map(({ name }) => name);
            expect(deleted).to.include.members([
                "httpbin-cert-manager-server-secret",
                "httpbin-cert-manager-client-alice-secret",
            ]);
        });

        /** Creates an Issuer with the CA of the lab's ClusterIssuer. */
        async function createIssuer(): Promise<void> {
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
