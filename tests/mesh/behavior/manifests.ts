/** YAML manifests, which the SDK sends to the plugin to decode. */
import { expect } from "chai";
import type { Cluster } from "../../../lab/cluster";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { type Kubectl, kubectlFor } from "../kubectl";
import { changed, operationsOn } from "../steps";
import { runId } from "./declarations";

const namespace = `behavior-manifests-${runId}`;

function manifests(value: string): Declared {
    const yaml = `# only a comment
---
apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: ${namespace} }
data:
  value: ${value}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: ${namespace} }
spec:
  mtls: { mode: STRICT }
`;
    return { name: "manifests", type: "kubernetes.yaml.ConfigGroup", args: { yaml } };
}

export function describeManifests(cluster: () => Cluster): void {
    describe("YAML manifests", function () {
        this.timeout("2m");
        let kubectl: Kubectl;
        let stack: DeclaredStack;

        before(async () => {
            kubectl = kubectlFor(cluster());
            stack = await declaredStack(cluster(), `manifests-${runId}`);
            await stack.mustRun("up", [manifests("first")]);
        });

        after(async () => {
            await kubectl.deleteNamespace(namespace);
            stack.forget();
        });

        it("each object is a separate resource, and a second run changes nothing", async () => {
            expect((await kubectl.get("configmap", "settings", namespace))["data"]).to.deep.equal({ value: "first" });
            const { spec } = await kubectl.get("peerauthentication", "default", namespace);
            expect(spec).to.deep.equal({ mtls: { mode: "STRICT" } });
            await stack.mustRun("preview", [manifests("first")], ["--refresh", "--expect-no-changes"]);
        });

        it("a change in the text replaces only the changed object", async () => {
            const { steps } = await stack.mustRun("preview", [manifests("second")]);
            expect(operationsOn(steps, `${namespace}/settings`)).to.include("replace");
            // The group shows a change, too: it is a component with the text as its input.
            const names = new Set(changed(steps).map(({ name }) => name));
            expect(names).to.deep.equal(new Set(["manifests", `${namespace}/settings`]));
        });

        it("invalid YAML fails the preview", async () => {
            const { exitCode } = await stack.run("preview", [{ ...manifests(""), args: { yaml: "a: [" } }]);
            expect(exitCode).not.to.equal(0);
        });

        it("destroy deletes all objects", async () => {
            await stack.mustRun("destroy", []);
            expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        });
    });
}
