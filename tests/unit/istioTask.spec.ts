/** examples/httpbin creates every object of the Istio task as printed there, and only the additions that this file lists. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { record, type Recording, type Secret } from "./recording";

interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
    spec?: Record<string, unknown>;
}

const istioTask = parseAllDocuments(readFileSync(join(__dirname, "istioTask.yaml"), "utf8")).map(
    (document) => document.toJS() as Manifest,
);

describe("examples/httpbin", () => {
    let example: Recording;

    before(async () => {
        example = await record(() => require("../../examples/httpbin") as unknown);
    });

    function registered(kind: string, name: string): Manifest {
        const found = example.resources
            .map(({ inputs }) => inputs as unknown as Manifest)
            .filter((inputs) => inputs.kind === kind && inputs.metadata.name === name);
        expect(found, `${kind} ${name}`).to.have.length(1);
        return found[0]!;
    }

    for (const object of istioTask) {
        it(`has the Istio task's ${object.kind} ${object.metadata.name}`, () => {
            expect(registered(object.kind, object.metadata.name)).to.deep.equal(withAdditions(object));
        });
    }

    it("has the Istio task's namespace with its label", () => {
        expect(registered("Namespace", "test").metadata).to.deep.equal({
            name: "test",
            labels: { "istio-injection": "enabled" },
        });
    });

    it("has the two Secrets of the Istio task, with the same names and keys", () => {
        const server = example.get("kubernetes:core/v1:Secret", "httpbin-server-secret").inputs;
        expect(server).to.include({ type: "kubernetes.io/tls" });
        expect(server["metadata"]).to.deep.equal({ name: "httpbin-mtls-termination", namespace: "test" });
        const content = example.get("kubernetes:core/v1:SecretPatch", "httpbin-server-secret-content").inputs;
        expect(Object.keys((content["data"] as Secret).value as object)).to.have.members(["tls.crt", "tls.key"]);
        const ca = example.get("kubernetes:core/v1:SecretPatch", "httpbin-ca-secret-content").inputs;
        expect((ca["metadata"] as Manifest["metadata"]).name).to.equal("httpbin-mtls-termination-cacert");
        expect(Object.keys((ca["data"] as Secret).value as object)).to.deep.equal(["ca.crt"]);
    });

    it("has the Istio task's subjects, RSA 2048 and 365 days", () => {
        const [authority] = example.ofType("tls:index/selfSignedCert:SelfSignedCert");
        expect(authority!.inputs).to.deep.include({
            subject: { commonName: "example.com", organization: "example Inc." },
            validityPeriodHours: 8760,
        });
        const requests = example.ofType("tls:index/certRequest:CertRequest").map(({ inputs }) => inputs["subject"]);
        expect(requests).to.have.deep.members([
            { commonName: "httpbin.test.svc.cluster.local", organization: "httpbin organization" },
            { commonName: "client.test.svc.cluster.local", organization: "client organization" },
        ]);
        for (const { inputs } of example.ofType("tls:index/locallySignedCert:LocallySignedCert")) {
            expect(inputs).to.include({ validityPeriodHours: 8760 });
        }
        const keys = example.ofType("tls:index/privateKey:PrivateKey").map(({ inputs }) => inputs);
        expect(keys).to.have.length(3);
        for (const key of keys) {
            expect(key).to.deep.equal({ algorithm: "RSA", rsaBits: 2048 });
        }
    });

    it("adds one kind of object that the Istio task does not have: the two policies of the guard", () => {
        const ofTheTask = [...istioTask.map(({ kind }) => kind), "Namespace", "Secret", "Secret"];
        const more = ["AuthorizationPolicy", "AuthorizationPolicy", "ConfigMap", "Deployment", "Secret", "Secret"];
        const kinds = example.resources.map(({ inputs }) => inputs["kind"]).filter((kind) => kind !== undefined);
        // The flag's ConfigMap and its patch of istiod's Deployment stand for `kubectl set env`; the Secrets' patches for their data.
        expect(kinds).to.have.members([...ofTheTask, ...more]);
    });
});

/** The Istio task's object in the newer API versions, with a namespace and with what the component adds to it. */
function withAdditions(object: Manifest): Manifest {
    const added = structuredClone(object);
    added.metadata.namespace = "test";
    added.apiVersion = object.apiVersion.replace(/v1beta1|v1alpha3/, "v1");
    if (object.kind === "Service") {
        added.metadata.annotations = { "pulumi.com/skipAwait": "true" };
    }
    if (object.kind === "Deployment") {
        const { template } = added.spec as { template: Manifest & { metadata: { labels: Record<string, string> } } };
        template.metadata.labels["istio-sidecar-tls/chain"] = "httpbin";
        template.metadata.labels["sidecar.istio.io/inject"] = "true";
        const { containers } = template.spec as { containers: object[] };
        Object.assign(containers[0]!, {
            readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 2 },
            lifecycle: { preStop: { sleep: { seconds: 10 } } },
            securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
                seccompProfile: { type: "RuntimeDefault" },
            },
        });
        const { matchLabels } = (added.spec as { selector: { matchLabels: object } }).selector;
        Object.assign(template.spec!, {
            topologySpreadConstraints: ["kubernetes.io/hostname", "topology.kubernetes.io/zone"].map((topologyKey) => ({
                maxSkew: 1,
                topologyKey,
                whenUnsatisfiable: "ScheduleAnyway",
                labelSelector: { matchLabels },
                matchLabelKeys: ["pod-template-hash"],
            })),
        });
        template.metadata.annotations!["proxy.istio.io/config"] =
            '{"terminationDrainDuration":"10s","proxyHeaders":{"forwardedClientCert":"SANITIZE_SET","setCurrentClientCertDetails":{"subject":true,"uri":true,"dns":true,"cert":false,"chain":false}},"proxyStatsMatcher":{"inclusionRegexps":["listener\\\\..*\\\\.expiration_unix_time_seconds"]}}';
    }
    if (object.kind === "Sidecar") {
        const { ingress } = added.spec as { ingress: { tls: object }[] };
        Object.assign(ingress[0]!.tls, { minProtocolVersion: "TLSV1_2" });
    }
    return added;
}
