/** Private keys in plain text, and where they do not belong. */
import { expect } from "chai";
import { type Pair, selfSigned } from "../certificates";
import { Secret, unknownValue } from "../recording";
import { type Given, policyAnalyzer } from "./analyzer";
import { object } from "./objects";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("policies of private keys", () => {
    const analyzer = policyAnalyzer();
    let pair: Pair;
    let key: string;

    before("a key", async () => {
        pair = await selfSigned();
        key = pair.privateKeyPem;
    });

    afterEach("the pack's own levels", () => analyzer.configure({}));

    async function found(...stack: Given[]): Promise<[policy: string, level: string, message: string][]> {
        const violations = await analyzer.violations(stack);
        for (const { message } of violations) {
            expect(message).not.to.match(/BEGIN|LS0tLS1/);
        }
        return violations
            .filter(({ policy }) => policy.startsWith("private-key"))
            .map(({ policy, level, message }) => [policy, level, message.split("\n").at(-1)!]);
    }

    async function inPlainText(given: Given): Promise<string[]> {
        const violations = await found(given);
        return violations.map(([policy, level, message]) => {
            expect([policy, level]).to.deep.equal(["private-key-in-plain-text", "MANDATORY"]);
            return message.split(": ")[0]!;
        });
    }

    async function outsideSecret(given: Given): Promise<string[]> {
        const violations = await found(given);
        return violations.map(([policy, level, message]) => {
            expect([policy, level]).to.deep.equal(["private-key-outside-secret", "MANDATORY"]);
            return message.split(": ")[0]!;
        });
    }

    const group = (inputs: Record<string, unknown>, name = "group"): Given => ({
        type: "kubernetes:yaml:ConfigGroup",
        name,
        inputs,
    });
    const manifest = () => `kind: Secret\ndata:\n  tls.key: ${base64(key)}\n`;

    describe("in what is no object of Kubernetes", () => {
        it("are found where they are no Pulumi secret", async () => {
            expect(await inPlainText(group({ yaml: [manifest()] }))).to.deep.equal(["yaml[0]"]);
            const objs = [{ kind: "Secret", stringData: { "tls.key": key } }];
            expect(await inPlainText(group({ objs }))).to.deep.equal(['objs[0].stringData["tls.key"]']);
            const release = {
                type: "kubernetes:helm.sh/v3:Release",
                name: "release",
                inputs: { values: { tls: { key, certificate: pair.certificatePem } } },
            };
            expect(await inPlainText(release)).to.deep.equal(["values.tls.key"]);
            const kubeconfig = `users:\n- user:\n    client-key-data: ${base64(key)}\n    client-certificate-data: x\n`;
            const provider = { type: "pulumi:providers:kubernetes", name: "cluster", inputs: { kubeconfig } };
            expect(await inPlainText(provider)).to.deep.equal(["kubeconfig"]);
            const [violation] = await found(group({ yaml: manifest() }));
            expect(violation![2]).to.include("make it a secret, with pulumi.secret(...)");
        });

        it("are right where they are one, or a part of one", async () => {
            expect(await inPlainText(group({ yaml: new Secret([manifest()]) }))).to.deep.equal([]);
            expect(await inPlainText(group({ yaml: [new Secret(manifest())] }))).to.deep.equal([]);
            expect(await inPlainText(group({ objs: [{ stringData: { "tls.key": new Secret(key) } }] }))).to.deep.equal(
                [],
            );
        });

        it("are not seen in certificates, in a heading alone, and in what a preview does not know", async () => {
            expect(await inPlainText(group({ yaml: pair.certificatePem }))).to.deep.equal([]);
            expect(await inPlainText(group({ script: "sed -n '/-----BEGIN PRIVATE KEY-----/p' file" }))).to.deep.equal(
                [],
            );
            expect(await inPlainText(group({ yaml: [unknownValue], objs: unknownValue }))).to.deep.equal([]);
            expect(await inPlainText(group({ yaml: new Secret(unknownValue) }))).to.deep.equal([]);
        });
    });

    describe("in a Secret", () => {
        const data = () => ({ data: { "tls.key": base64(key) }, stringData: { "tls.key": key } });

        it("are right in its data, which the provider makes a Pulumi secret", async () => {
            const { inputs } = object("v1", "Secret", "server", data());
            for (const type of [
                "kubernetes:core/v1:Secret",
                "kubernetes:v1:Secret",
                "kubernetes:core/v1:SecretPatch",
            ]) {
                expect(await found({ type, name: "server", inputs }), type).to.deep.equal([]);
            }
        });

        it("are found in its annotations, such as the one of kubectl", async () => {
            const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(data()) };
            expect(await inPlainText(object("v1", "Secret", "server", data(), { annotations }))).to.deep.equal([
                'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
            ]);
        });
    });

    describe("in other objects of Kubernetes", () => {
        const pod = (container: object, annotations: object = {}) =>
            object("apps/v1", "Deployment", "application", {
                spec: {
                    template: {
                        metadata: { annotations },
                        spec: { containers: [{ name: "application", ...container }] },
                    },
                },
            });

        it("are found, Pulumi secret or not", async () => {
            const map = (content: object) => object("v1", "ConfigMap", "files", content);
            expect(await outsideSecret(map({ data: { "client.pem": key } }))).to.deep.equal(['data["client.pem"]']);
            expect(await outsideSecret(map({ data: new Secret({ "client.pem": key }) }))).to.deep.equal([
                'data["client.pem"]',
            ]);
            expect(await outsideSecret(map({ binaryData: { pem: base64(key) } }))).to.deep.equal(["binaryData.pem"]);
            expect(
                await outsideSecret(
                    pod({
                        env: [
                            { name: "A", value: "b" },
                            { name: "KEY", value: new Secret(key) },
                        ],
                    }),
                ),
            ).to.deep.equal(["spec.template.spec.containers[0].env[1].value"]);
            expect(await outsideSecret(pod({ args: [`--keys=${JSON.stringify({ key })}`] }))).to.deep.equal([
                "spec.template.spec.containers[0].args[0]",
            ]);
            expect(await outsideSecret(pod({}, { "example.com/key": base64(key) }))).to.deep.equal([
                'spec.template.metadata.annotations["example.com/key"]',
            ]);
            const [violation] = await found(map({ data: { "client.pem": key } }));
            expect(violation![2])
                .to.include('whoever may read the ConfigMap "files" reads')
                .and.to.include("put it into a Secret");
        });

        it("are not headings that a text quotes", async () => {
            const description = "PEM such as `-----BEGIN RSA PRIVATE KEY-----` followed by base64";
            const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "keys", {
                spec: { versions: [{ schema: { openAPIV3Schema: { description } } }] },
            });
            expect(await outsideSecret(definition)).to.deep.equal([]);
            const readme = "-----BEGIN PRIVATE KEY-----\nYOUR KEY\n-----END PRIVATE KEY-----\n";
            expect(await outsideSecret(object("v1", "ConfigMap", "files", { data: { readme } }))).to.deep.equal([]);
        });

        it("are not certificates, references and unknown values", async () => {
            expect(
                await outsideSecret(
                    object("v1", "ConfigMap", "files", {
                        data: { "ca.crt": pair.certificatePem, later: unknownValue },
                    }),
                ),
            ).to.deep.equal([]);
            const reference = { secretKeyRef: { name: "server", key: "tls.key" } };
            expect(await outsideSecret(pod({ env: [{ name: "KEY", valueFrom: reference }] }))).to.deep.equal([]);
        });
    });

    it("are not repaired, which would write them into the events of the run", async () => {
        await analyzer.configure({ "private-key-in-plain-text": { level: "REMEDIATE" } });
        expect(await analyzer.remediations(group({ yaml: manifest() }))).to.deep.equal([]);
        expect(await inPlainText(group({ yaml: manifest() }))).to.deep.equal(["yaml"]);
    });

    it("are refused rather than passed over where their secrecy cannot be seen", async () => {
        await analyzer.configure({ "secret-values": { level: "ADVISORY" } });
        expect(await found(group({ yaml: new Secret(manifest()) }, "another"))).to.deep.equal([
            [
                "private-key-in-plain-text",
                "MANDATORY",
                'yaml: is a private key, and whether it is a Pulumi secret cannot be seen: set the policy "secret-values" back to its level, "remediate"',
            ],
        ]);
    });
});
