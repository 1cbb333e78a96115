/** Certificates in Secrets of somebody else's: served, renewed by whoever keeps them, and nowhere in Pulumi's state. */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { anotherIsServed, type Chain, openChain } from "./certificates/chain";
import { describeMesh } from "./describeMesh";
import { type Kubectl, kubectlFor } from "./kubectl";
import { issue, newAuthority, type Pair } from "./traffic/certificates";

const namespace = "existing-secrets";
const host = `httpbin.${namespace}.svc.cluster.local`;
const alicesUri = "spiffe://example.com/clients/alice";

describeMesh("certificates in Secrets that exist", (cluster) => {
    let kubectl: Kubectl;
    let chain: Chain;
    let authority: Pair;
    let server: Pair;
    let alice: ClientBundle;
    let mallory: ClientBundle;

    before("Secrets by hand, and up", async function () {
        this.timeout("5m");
        kubectl = kubectlFor(cluster());
        authority = await newAuthority("somebody else");
        const bundle = async (uri: string): Promise<ClientBundle> => ({
            caCertificatePem: authority.certificatePem,
            ...(await issue(authority, { commonName: "client", uris: [uri] })),
        });
        [alice, mallory] = [await bundle(alicesUri), await bundle("spiffe://example.com/clients/mallory")];
        await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        await putServer();
        chain = await openChain(cluster(), namespace, {
            createNamespace: false,
            labelNamespace: true,
            strictNamespace: true,
            existingSecrets: { server: "somebodys-tls" },
            clients: [{ name: "alice", uri: alicesUri }],
        });
        await chain.stack.mustRun("up");
    });

    after("destroyed", async function () {
        this.timeout("5m");
        await chain.remove();
        await kubectl.deleteNamespace(namespace);
    });

    it("are served, to the client that is listed", async function () {
        this.timeout("2m");
        await chain.serves(alice);
        expect((await chain.attempt(mallory)).status).to.equal(403);
        expect((await chain.outputs()).clientBundles).to.deep.equal({});
        await chain.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });

    it("are nowhere in the state", async () => {
        const { stdout } = await chain.stack.pulumi(["stack", "export", "--show-secrets"]);
        expect(stdout).to.include("somebodys-tls");
        expect(stdout).not.to.match(/-----BEGIN|LS0tLS1CRUdJTi/);
    });

    it("are renewed by whoever keeps them, and no request is lost", async function () {
        this.timeout("3m");
        await chain.losesNothing(alice, async (traffic) => {
            const { serialNumber } = traffic.snapshot().certificate!;
            await putServer();
            await anotherIsServed(traffic, serialNumber);
        });
    });

    it("stay when the chain is destroyed", async function () {
        this.timeout("3m");
        await chain.stack.mustRun("destroy");
        const kept = await kubectl.get("secret", "somebodys-tls", namespace);
        const data = kept["data"] as Record<string, string>;
        expect(Buffer.from(data["tls.key"]!, "base64").toString()).to.equal(server.privateKeyPem);
    });

    /** A Secret with all three keys, as cert-manager and others make it. */
    async function putServer(): Promise<void> {
        server = await issue(authority, { commonName: host, dnsNames: [host], usage: "server" });
        await kubectl.apply({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "somebodys-tls", namespace },
            type: "kubernetes.io/tls",
            stringData: {
                "tls.crt": server.certificatePem,
                "tls.key": server.privateKeyPem,
                "ca.crt": authority.certificatePem,
            },
        });
    }
});
