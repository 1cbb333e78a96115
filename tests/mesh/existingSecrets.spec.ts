/** Certificates in existing Secrets: served, renewed by the Secrets' owner, and never in Pulumi's state. */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { anotherIsServed, type ComponentStack, openComponent } from "./certificates/componentStack";
import { describeMesh } from "./describeMesh";
import { type Kubectl, kubectlFor } from "./kubectl";
import { issue, newAuthority, type Pair } from "./traffic/certificates";

const namespace = "existing-secrets";
const host = `httpbin.${namespace}.svc.cluster.local`;
const alicesUri = "spiffe://example.com/clients/alice";

describeMesh("certificates in existing Secrets", (cluster) => {
    let kubectl: Kubectl;
    let component: ComponentStack;
    let authority: Pair;
    let server: Pair;
    let alice: ClientBundle;
    let mallory: ClientBundle;

    before("the Secrets exist, and the stack is up", async function () {
        this.timeout("5m");
        kubectl = kubectlFor(cluster());
        authority = await newAuthority("existing CA");
        const bundle = async (uri: string): Promise<ClientBundle> => ({
            caCertificatePem: authority.certificatePem,
            ...(await issue(authority, { commonName: "client", uris: [uri] })),
        });
        [alice, mallory] = [await bundle(alicesUri), await bundle("spiffe://example.com/clients/mallory")];
        await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
        await putServer();
        component = await openComponent(cluster(), namespace, {
            createNamespace: false,
            labelNamespace: true,
            strictNamespace: true,
            existingSecrets: { server: "existing-tls" },
            clients: [{ name: "alice", uri: alicesUri }],
        });
        await component.stack.mustRun("up");
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await component.remove();
        await kubectl.deleteNamespace(namespace);
    });

    it("are served, and only the client on the allow list is admitted", async function () {
        this.timeout("2m");
        await component.serves(alice);
        expect((await component.attempt(mallory)).status).to.equal(403);
        expect((await component.outputs()).clientBundles).to.deep.equal({});
        await component.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });

    it("are not in the state", async () => {
        const { stdout } = await component.stack.pulumi(["stack", "export", "--show-secrets"]);
        expect(stdout).to.include("existing-tls");
        expect(stdout).not.to.match(/-----BEGIN|LS0tLS1CRUdJTi/);
    });

    it("are renewed by their owner without a lost request", async function () {
        this.timeout("3m");
        await component.losesNothing(alice, async (traffic) => {
            const { serialNumber } = traffic.snapshot().certificate!;
            await putServer();
            await anotherIsServed(traffic, serialNumber);
        });
    });

    it("stay when the component is destroyed", async function () {
        this.timeout("3m");
        await component.stack.mustRun("destroy");
        const kept = await kubectl.get("secret", "existing-tls", namespace);
        const data = kept["data"] as Record<string, string>;
        expect(Buffer.from(data["tls.key"]!, "base64").toString()).to.equal(server.privateKeyPem);
    });

    /** Writes a Secret with all three keys, as cert-manager and other issuers do. */
    async function putServer(): Promise<void> {
        server = await issue(authority, { commonName: host, dnsNames: [host], usage: "server" });
        await kubectl.apply({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "existing-tls", namespace },
            type: "kubernetes.io/tls",
            stringData: {
                "tls.crt": server.certificatePem,
                "tls.key": server.privateKeyPem,
                "ca.crt": authority.certificatePem,
            },
        });
    }
});
