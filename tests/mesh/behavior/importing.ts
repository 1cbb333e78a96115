/**
 * `pulumi import` of objects that kubectl created, under a component. The inputs in the state are then the whole object
 * with its defaults, and for a custom resource only its identity (provider/pkg/provider/provider.go, `Read`). The first
 * preview of the program shows the difference as changes.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "@pulumi/kubernetes/package.json";
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import type { ResourceState } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn, stepOn } from "../steps";
import { base64, forever, podTemplate, runId } from "./declarations";

const namespace = `behavior-importing-${runId}`;
const component: Declared = { name: "httpbin", type: "istio-sidecar-tls:index:SidecarTlsTermination" };
const metadata = { name: "httpbin", namespace };
const labels = { app: "httpbin" };
const key = "imported-key";

interface Imported {
    readonly token: string;
    /** The class of the resource in the program. */
    readonly type: string;
    readonly object: Readonly<Record<string, unknown>> & {
        readonly metadata: { readonly name: string; readonly annotations?: object };
    };
}

function istio(apiVersion: string, kind: string, spec: object): Imported {
    return {
        token: `kubernetes:${apiVersion}:${kind}`,
        type: "kubernetes.apiextensions.CustomResource",
        object: { apiVersion, kind, metadata, spec },
    };
}

const imported: Readonly<Record<string, Imported>> = {
    namespace: {
        token: "kubernetes:core/v1:Namespace",
        type: "kubernetes.core.v1.Namespace",
        object: { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    },
    secret: {
        token: "kubernetes:core/v1:Secret",
        type: "kubernetes.core.v1.Secret",
        object: { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data: { key: base64(key) } },
    },
    account: {
        token: "kubernetes:core/v1:ServiceAccount",
        type: "kubernetes.core.v1.ServiceAccount",
        object: { apiVersion: "v1", kind: "ServiceAccount", metadata },
    },
    service: {
        token: "kubernetes:core/v1:Service",
        type: "kubernetes.core.v1.Service",
        object: {
            apiVersion: "v1",
            kind: "Service",
            metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
            spec: { selector: labels, ports: [{ name: "https", port: 8443, targetPort: 9080 }] },
        },
    },
    workload: {
        token: "kubernetes:apps/v1:Deployment",
        type: "kubernetes.apps.v1.Deployment",
        object: {
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata,
            spec: { replicas: 1, selector: { matchLabels: labels }, template: podTemplate(forever, labels) },
        },
    },
    authentication: istio("security.istio.io/v1", "PeerAuthentication", { selector: { matchLabels: labels } }),
    sidecar: istio("networking.istio.io/v1", "Sidecar", {
        workloadSelector: { labels },
        ingress: [{ port: { number: 9080, protocol: "HTTP", name: "external" }, defaultEndpoint: "0.0.0.0:80" }],
    }),
};

function idOf({ object }: Imported): string {
    return object.metadata.name === namespace ? namespace : `${namespace}/${object.metadata.name}`;
}

const importFile = {
    resources: [
        { type: component.type, name: component.name, component: true },
        ...Object.entries(imported).map(([name, resource]) => ({
            type: resource.token,
            name,
            id: idOf(resource),
            parent: component.name,
            // Without the version, the import creates a default provider that differs from the program's.
            version,
        })),
    ],
};

/** The program for the imported objects, which ignores changes of some properties. */
function program(ignored: Readonly<Record<string, readonly string[]>> = {}): Declared[] {
    return [
        component,
        ...Object.entries(imported).map(([name, { type, object }]): Declared => {
            const { apiVersion, kind, ...args } = object;
            return {
                name,
                type,
                args: type.endsWith("CustomResource") ? { apiVersion, kind, ...args } : args,
                options: { parent: component.name, ignoreChanges: ignored[name] ?? [] },
            };
        }),
    ];
}

const keepsAddress = { service: ["spec.clusterIP", "spec.clusterIPs"] };

export function describeImporting(cluster: () => Cluster): void {
    describe("importing objects that kubectl created", function () {
        this.timeout("2m");
        const folder = mkdtempSync(join(tmpdir(), "behavior-importing-"));
        const file = join(folder, "import.json");
        let kubectl: Kubectl;
        let stack: DeclaredStack;
        let resources: readonly ResourceState[];

        before(async () => {
            kubectl = kubectlFor(cluster());
            for (const [name, { object }] of Object.entries(imported)) {
                // `apply` puts the whole object into an annotation, which the state would hold in plaintext.
                await (name === "secret" ? kubectl.create(object) : kubectl.apply(object));
            }
            await kubectl.run("rollout", "status", "deployment/httpbin", "-n", namespace, "--timeout=60s");
            stack = await declaredStack(cluster(), `importing-${runId}`);
            writeFileSync(file, JSON.stringify(importFile));
            const options = ["--protect=false", "--generate-code=false", "--yes", "--skip-preview"];
            const { exitCode, stdout, stderr } = await stack.stack.pulumi(["import", "--file", file, ...options]);
            expect(exitCode, stdout + stderr).to.equal(0);
            resources = (await stack.stack.export()).resources ?? [];
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            rmSync(folder, { recursive: true });
            stack.forget();
        });

        const stateOf = (name: string): ResourceState => resources.find(({ urn }) => urn.endsWith(`::${name}`))!;
        const uids = async (): Promise<string> => {
            const kinds = "secret,serviceaccount,service,deployment,pod,peerauthentication,sidecar";
            const path = "jsonpath={.items[*].metadata.uid}";
            return kubectl.run("get", kinds, "-n", namespace, "-o", path);
        };

        it("puts each object into the stack under the component, with its ID and unprotected", () => {
            for (const [name, resource] of Object.entries(imported)) {
                expect(stateOf(name).urn, name).to.include(`::${component.type}$${resource.token}::`);
                expect(stateOf(name)).to.include({ id: idOf(resource) });
                expect(stateOf(name)).not.to.have.property("protect");
            }
        });

        it("takes the whole object as inputs, without the annotations of kubectl and controllers", () => {
            const { spec, ...rest } = stateOf("workload").inputs as { spec: object };
            expect(rest).to.deep.equal({
                apiVersion: "apps/v1",
                kind: "Deployment",
                metadata: { ...metadata, annotations: {} },
            });
            expect(spec).to.include({ replicas: 1, progressDeadlineSeconds: 600 });
            expect(stateOf("service").inputs).to.have.nested.property("spec.clusterIP").that.is.a("string");
            expect(stateOf("account").inputs).to.deep.equal({
                apiVersion: "v1",
                kind: "ServiceAccount",
                metadata: { ...metadata, annotations: {} },
            });
        });

        it("takes only the identity of a custom resource as inputs", () => {
            expect(stateOf("sidecar").inputs).to.deep.equal({
                apiVersion: "networking.istio.io/v1",
                kind: "Sidecar",
                metadata,
            });
            expect(stateOf("sidecar").outputs).to.have.nested.property("spec.workloadSelector.labels.app", "httpbin");
        });

        it("encrypts a Secret's data", () => {
            expect(JSON.stringify(resources)).not.to.include(base64(key));
            expect(JSON.stringify(resources)).not.to.include(key);
        });

        it("makes the first preview delete undeclared properties, add specs, and replace the Service", async () => {
            const { steps } = await stack.mustRun("preview", program());
            expect(stepOn(steps, "service", "replace").replacesFor).to.deep.equal(["spec.clusterIP"]);
            expect(operationsOn(steps, "secret")).to.deep.equal(["same"]);
            expect(operationsOn(steps, "account")).to.deep.equal(["same"]);
            expect(stepOn(steps, "sidecar", "update").changes).to.deep.equal({ spec: "add" });
            expect(stepOn(steps, "namespace", "update").changes).to.deep.equal({
                "metadata.labels": "delete",
                spec: "delete",
            });
            expect(stepOn(steps, "workload", "update").changes).to.include({
                "spec.progressDeadlineSeconds": "delete",
                "spec.template.spec.containers[0].resources": "delete",
            });
        });

        it("updates everything in place when the Service's address is ignored, and the next preview is empty", async () => {
            const before = await uids();
            const { steps } = await stack.mustRun("up", program(keepsAddress));
            expect(new Set(changed(steps).map(({ operation }) => operation))).to.deep.equal(new Set(["update"]));
            expect(await uids()).to.equal(before);
            await stack.mustRun("preview", program(keepsAddress), ["--refresh", "--expect-no-changes"]);
        });

        it("lets the stack delete all objects on destroy", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
