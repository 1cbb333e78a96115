/** cert-manager in the lab: its issuer works, and a program that waits for a Certificate reads the issued Secret. */
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import {
    certManagerIssuer,
    clusterResourceNamespace,
    installCertManager,
    removeCertManager,
} from "../../lab/certManager/install";
import type { Cluster } from "../../lab/cluster";
import { runId } from "./behavior/declarations";
import { renew } from "./certificates/renew";
import { describeThroughCertManager } from "./certificates/throughCertManager";
import { cleanUp } from "./cleanUp";
import { type Declared, type DeclaredStack, declaredStack } from "./declaredStack";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { type Kubectl, kubectlFor } from "./kubectl";
import { type DocumentedUser, documentedUser, rightsIn, unusedRights } from "./permissions/documented";
import { operationsOn } from "./steps";

const namespace = `cert-manager-${runId}`;
const uri = "spiffe://example.com/clients/alice";

/** The Secret has the name of the Certificate, so that both have the same Pulumi ID. */
function certificate(name: string, dnsNames: readonly string[]): object {
    return {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: { name, namespace },
        spec: {
            secretName: name,
            dnsNames,
            uris: [uri],
            privateKey: { algorithm: "ECDSA", size: 256 },
            issuerRef: { name: certManagerIssuer, kind: "ClusterIssuer" },
        },
    };
}

interface Issued {
    readonly certificate: X509Certificate;
    readonly authority: X509Certificate;
    readonly key: string;
}

function decode(data: Readonly<Record<string, string>>): Issued {
    expect(data).to.have.all.keys("tls.crt", "tls.key", "ca.crt");
    const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
    return {
        certificate: new X509Certificate(text("tls.crt")),
        authority: new X509Certificate(text("ca.crt")),
        key: text("tls.key"),
    };
}

describeMesh("cert-manager", function (cluster: () => Cluster) {
    let kubectl: Kubectl;

    before("cert-manager is installed", async function () {
        this.timeout("15m");
        kubectl = kubectlFor(cluster());
        await installCertManager(cluster());
        await kubectl.run("create", "namespace", namespace);
    });

    after(async function () {
        this.timeout("2m");
        await kubectl.deleteNamespace(namespace);
        await removeCertManager(cluster());
    });

    const issued = async (name: string): Promise<Issued> =>
        decode((await kubectl.get("secret", name, namespace))["data"] as Record<string, string>);
    const ready = async (name: string): Promise<void> => {
        await kubectl.run("wait", "--for=condition=Ready", `certificate/${name}`, "-n", namespace, "--timeout=30s");
    };

    it("issues DNS names and URIs from the ClusterIssuer's CA into a Secret", async function () {
        this.timeout("1m");
        await kubectl.apply(certificate("server", ["shop.example.com"]));
        await ready("server");
        const { certificate: leaf, authority, key } = await issued("server");
        expect(leaf.subjectAltName).to.equal(`DNS:shop.example.com, URI:${uri}`);
        expect(leaf.verify(authority.publicKey)).to.equal(true);
        expect(authority.ca).to.equal(true);
        expect(key).to.match(/^-----BEGIN EC PRIVATE KEY-----/);
        const root = await kubectl.get("secret", certManagerIssuer, clusterResourceNamespace);
        expect(decode(root["data"] as Record<string, string>).certificate.raw).to.deep.equal(authority.raw);
    });

    it("puts a new certificate and key into the same Secret when a renewal is requested", async function () {
        this.timeout("1m");
        const before = await issued("server");
        const { uid } = (await kubectl.get("secret", "server", namespace)).metadata;
        await renew(kubectl, namespace, "server");
        const after = await eventually(
            "the Secret has a new certificate",
            () => issued("server"),
            (seen) => seen.certificate.serialNumber !== before.certificate.serialNumber,
        );
        expect(after.key).not.to.equal(before.key);
        expect(after.authority.raw).to.deep.equal(before.authority.raw);
        expect((await kubectl.get("secret", "server", namespace)).metadata.uid).to.equal(uid);
    });

    describe("in a program, with the documented permissions", function () {
        this.timeout("3m");
        const later = cleanUp();
        let user: DocumentedUser;
        let stack: DeclaredStack;
        const program = (dnsNames: readonly string[]): Declared[] => {
            const { metadata, ...rest } = certificate("waited", dnsNames) as { metadata: object };
            const annotations = { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "60" };
            return [
                {
                    name: "certificate",
                    type: "kubernetes.apiextensions.CustomResource",
                    args: { ...rest, metadata: { ...metadata, annotations } },
                },
                { name: "secret", type: "kubernetes.core.v1.Secret", read: { from: ["certificate", "id"] } },
            ];
        };
        const seen = async (): Promise<Issued> => decode((await stack.outputs())["data"] as Record<string, string>);

        before(async () => {
            const roles = ["sidecar-tls-application", "sidecar-tls-cert-manager"];
            user = await documentedUser(cluster(), later, "issuing-team", rightsIn(namespace, "issuing-team", roles));
            const outputs = { data: { from: ["secret", "data"] as const } };
            stack = await declaredStack(cluster(), `cert-manager-${runId}`, outputs, { KUBECONFIG: user.kubeconfig });
        });

        after(() => {
            stack.forget();
        });

        it("waits for the Certificate in the first run and reads its Secret", async () => {
            const preview = await stack.mustRun("preview", program(["one.example.com"]));
            expect(operationsOn(preview.steps, "secret")).to.deep.equal(["read"]);
            await stack.mustRun("up", program(["one.example.com"]));
            expect((await seen()).certificate.subjectAltName).to.equal(`DNS:one.example.com, URI:${uri}`);
            expect((await seen()).key).to.equal((await issued("waited")).key);
            await stack.mustRun("preview", program(["one.example.com"]), ["--refresh", "--expect-no-changes"]);
        });

        it("reads the new certificate in the run that changes the Certificate", async () => {
            await stack.mustRun("up", program(["two.example.com"]));
            expect((await seen()).certificate.subjectAltName).to.equal(`DNS:two.example.com, URI:${uri}`);
            await stack.mustRun("preview", program(["two.example.com"]), ["--expect-no-changes"]);
        });

        it("deletes the Certificate on destroy and leaves its Secret, as cert-manager does by default", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.list("certificates", namespace)).to.have.length(1);
            await issued("waited");
        });

        it("uses every documented permission on Certificates", () => {
            const { roles, bindings } = user.rights;
            const ofCertificates = roles.filter(({ metadata }) => metadata.name === "sidecar-tls-cert-manager");
            expect(ofCertificates).to.have.length(1);
            expect(unusedRights({ roles: ofCertificates, bindings }, user.requests())).to.deep.equal([]);
        });
    });

    describeThroughCertManager(cluster);

    describe("when it is uninstalled", () => {
        it("leaves only the Secrets behind", async function () {
            this.timeout("2m");
            await removeCertManager(cluster());
            expect(await kubectl.run("get", "crd", "-o", "name")).not.to.include("cert-manager.io");
            expect(await kubectl.exists("namespace", "cert-manager")).to.equal(false);
            expect(await kubectl.run("get", "clusterroles", "-o", "name")).not.to.include("cert-manager");
            await issued("server");
        });
    });
});
