/** Private keys in plaintext, and private keys outside Secrets. */
import { expect } from "chai";
import { type Pair, selfSigned } from "../certificates";
import { Secret, unknownValue } from "../recording";
import { startAnalyzer, type TestResource } from "./analyzer";
import { object } from "./objects";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("policies private-key-in-plain-text and private-key-outside-secret", () => {
    const analyzer = startAnalyzer();
    let pair: Pair;
    let key: string;

    before("generate a key", async () => {
        pair = await selfSigned();
        key = pair.privateKeyPem;
    });

    afterEach("reset the levels", () => analyzer.configure({}));

    async function found(...stack: TestResource[]): Promise<[policy: string, level: string, message: string][]> {
        const violations = await analyzer.findViolations(stack);
        for (const { message } of violations) {
            expect(message).not.to.match(/BEGIN|LS0tLS1/);
        }
        return violations
            .filter(({ policy }) => policy.startsWith("private-key"))
            .map(({ policy, level, message }) => [policy, level, message.split("\n").at(-1)!]);
    }

    async function inPlainText(given: TestResource): Promise<string[]> {
        const violations = await found(given);
        return violations.map(([policy, level, message]) => {
            expect([policy, level]).to.deep.equal(["private-key-in-plain-text", "MANDATORY"]);
            return / holds a private key in plaintext in (.+?)\. Pulumi would store it/.exec(message)![1]!;
        });
    }

    async function outsideSecret(given: TestResource): Promise<string[]> {
        const violations = await found(given);
        return violations.map(([policy, level, message]) => {
            expect([policy, level]).to.deep.equal(["private-key-outside-secret", "MANDATORY"]);
            return / holds a private key in (.+?)\. Any user who can read/.exec(message)![1]!;
        });
    }

    const group = (inputs: Record<string, unknown>, name = "group"): TestResource => ({
        type: "kubernetes:yaml:ConfigGroup",
        name,
        inputs,
    });
    const manifest = () => `kind: Secret\ndata:\n  tls.key: ${base64(key)}\n`;

    describe("in resources other than Kubernetes objects", () => {
        it("report private keys that are not Pulumi secrets", async () => {
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
        });

        it("say which resource holds the private key, where, and how to protect it", async () => {
            const remedy =
                "Pulumi would store it unencrypted in the stack's state. Make it a Pulumi secret: use pulumi.secret(...), config.requireSecret(...), or the output of a resource that generates keys.";
            const provider = { type: "pulumi:providers:kubernetes", name: "cluster", inputs: { kubeconfig: key } };
            const secret = object("v1", "Secret", "server", {}, { annotations: { key } });
            const messages = (await found(group({ yaml: manifest() }), provider, secret)).map(([, , text]) => text);
            expect(messages).to.deep.equal([
                `ConfigGroup "group" holds a private key in plaintext in yaml. ${remedy}`,
                `Provider "cluster" holds a private key in plaintext in kubeconfig. ${remedy}`,
                `Secret "server" holds a private key in plaintext in metadata.annotations.key. ${remedy}`,
            ]);
        });

        it("accept Pulumi secrets, and parts of them", async () => {
            expect(await inPlainText(group({ yaml: new Secret([manifest()]) }))).to.deep.equal([]);
            expect(await inPlainText(group({ yaml: [new Secret(manifest())] }))).to.deep.equal([]);
            expect(await inPlainText(group({ objs: [{ stringData: { "tls.key": new Secret(key) } }] }))).to.deep.equal(
                [],
            );
        });

        it("ignore certificates, a heading alone, and values that are unknown in a preview", async () => {
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

        it("accept private keys in its data, which the provider makes a Pulumi secret", async () => {
            const { inputs } = object("v1", "Secret", "server", data());
            for (const type of [
                "kubernetes:core/v1:Secret",
                "kubernetes:v1:Secret",
                "kubernetes:core/v1:SecretPatch",
            ]) {
                expect(await found({ type, name: "server", inputs }), type).to.deep.equal([]);
            }
        });

        it("report private keys in its annotations, for example the one that kubectl writes", async () => {
            const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify(data()) };
            expect(await inPlainText(object("v1", "Secret", "server", data(), { annotations }))).to.deep.equal([
                'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
            ]);
        });
    });

    describe("in other Kubernetes objects", () => {
        const pod = (container: object, annotations: object = {}) =>
            object("apps/v1", "Deployment", "application", {
                spec: {
                    template: {
                        metadata: { annotations },
                        spec: { containers: [{ name: "application", ...container }] },
                    },
                },
            });

        it("report private keys, Pulumi secrets or not", async () => {
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
            expect(violation![2]).to.equal(
                'ConfigMap "files" holds a private key in data["client.pem"]. Any user who can read the ConfigMap can read the key, and the cluster stores it unencrypted even if it encrypts Secrets. Store the key in a Secret, and mount or reference the Secret.',
            );
        });

        it("ignore headings that text quotes", async () => {
            const description = "PEM such as `-----BEGIN RSA PRIVATE KEY-----` followed by base64";
            const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "keys", {
                spec: { versions: [{ schema: { openAPIV3Schema: { description } } }] },
            });
            expect(await outsideSecret(definition)).to.deep.equal([]);
            const readme = "-----BEGIN PRIVATE KEY-----\nYOUR KEY\n-----END PRIVATE KEY-----\n";
            expect(await outsideSecret(object("v1", "ConfigMap", "files", { data: { readme } }))).to.deep.equal([]);
        });

        it("ignore certificates, references, and unknown values", async () => {
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

    it("remediate no private key, because that would write it into the events of the run", async () => {
        await analyzer.configure({ "private-key-in-plain-text": { level: "REMEDIATE" } });
        expect(await analyzer.remediate(group({ yaml: manifest() }))).to.deep.equal([]);
        expect(await inPlainText(group({ yaml: manifest() }))).to.deep.equal(["yaml"]);
    });

    it("report every private key if secrets cannot be told apart", async () => {
        await analyzer.configure({ "secret-values": { level: "ADVISORY" } });
        expect(await found(group({ yaml: new Secret(manifest()) }, "another"))).to.deep.equal([
            [
                "private-key-in-plain-text",
                "MANDATORY",
                'ConfigGroup "another" holds a private key in yaml. Whether it is a Pulumi secret is not known, so Pulumi may store it unencrypted in the stack\'s state. Set the policy "secret-values" back to its level, "remediate".',
            ],
        ]);
    });
});
