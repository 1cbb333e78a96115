/** The httpbin example in a mesh, with the real engine: created, verified, reapplied, repaired, and destroyed. */
import { join } from "node:path";
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { featureFlagName } from "../../components/mesh/istiodFeatureFlag";
import { outsideClient } from "../../lab/demo/clients";
import { curl } from "../../lab/demo/curl";
import { checkLeftovers, findContraryIstiods } from "../../lab/demo/istiod";
import { bundleName } from "../../lab/demo/verification";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { flagOfIstiod, istiodPod } from "./istiodRevision";
import { temporaryStack, withoutTypeCheck } from "./temporaryStack";
import { describeVerified } from "./verifiedExample";

const root = join(__dirname, "..", "..");
const configMap = ["configmap", "istiod-sidecar-ingress-tls"];

describeMesh("examples/httpbin on a mesh", (cluster) => {
    const verified = describeVerified(cluster, () => temporaryStack(cluster(), root));
    const stack = () => withoutTypeCheck(verified());

    it("has no changes in a second preview or after a refresh", async function () {
        this.timeout("3m");
        await stack().mustRun("preview", ["--expect-no-changes"]);
        await stack().mustRun("refresh", ["--expect-no-changes"]);
        await stack().mustRun("preview", ["--expect-no-changes"]);
    });

    it("shows no private key in state, preview, or console", async function () {
        this.timeout("3m");
        const { clientBundle } = (await stack().outputs()) as { clientBundle: Required<ClientBundle> };
        const shown = [
            JSON.stringify(await stack().export()),
            (await stack().mustRun("preview", ["--diff", "--show-sames"])).stdout,
            (await stack().mustRun("up", ["--diff", "--show-sames"])).stdout,
        ];
        // The first half of an RSA key in PKCS #8 is the modulus, which is also in the certificate.
        const keyLines = clientBundle.privateKeyPem.trim().split("\n").slice(1, -1);
        const privateHalf = keyLines.slice(keyLines.length / 2);
        expect(privateHalf).to.have.length.of.at.least(10);
        for (const text of shown) {
            expect(text).not.to.include("PRIVATE KEY");
            expect(privateHalf.filter((line) => text.includes(line))).to.deep.equal([]);
            // Secrets hold the key in base64.
            expect(text).not.to.include(Buffer.from("-----BEGIN PRIVATE KEY").toString("base64").slice(0, 24));
        }
    });

    it("restores the feature flag with up --refresh after the envFrom entry was removed by hand", async function () {
        this.timeout("4m");
        const path = "/spec/template/spec/containers/0/envFrom";
        await kubectl("patch", "deployment", "istiod", "--type=json", "-p", JSON.stringify([{ op: "remove", path }]));
        await rolledOut();
        expect(await flagOfIstiod(cluster())).to.equal("");
        const { steps } = await stack().mustRun("up", ["--refresh"]);
        const changed = steps.filter(({ operation }) => operation === "update").map(({ name }) => name);
        expect(changed).to.deep.equal(["httpbin-feature-flag-default"]);
        expect(await flagOfIstiod(cluster())).to.equal("true");
        await friendlyClientPasses();
    });

    it("restarts istiod when it re-creates the flag's ConfigMap after a deletion", async function () {
        this.timeout("4m");
        await kubectl("delete", ...configMap);
        const before = await istiodPod(cluster());
        await stack().mustRun("up", ["--refresh"]);
        expect(await istiodPod(cluster())).not.to.equal(before);
        expect(await flagOfIstiod(cluster())).to.equal("true");
        await friendlyClientPasses();
    });

    it("lets istiod start without the flag's ConfigMap", async function () {
        this.timeout("4m");
        await kubectl("delete", ...configMap);
        await kubectl("rollout", "restart", "deployment/istiod");
        await rolledOut();
        expect(await flagOfIstiod(cluster())).to.equal("");
        await stack().mustRun("up", ["--refresh"]);
        expect(await flagOfIstiod(cluster())).to.equal("true");
    });

    it("reports an explicit entry that contradicts the flag, and the port stays closed", async function () {
        this.timeout("4m");
        await kubectl("set", "env", "deployment/istiod", `${featureFlagName}=false`);
        await rolledOut();
        expect(await findContraryIstiods(cluster())).to.deep.equal(["istiod"]);
        const url = "http://httpbin.test.svc.cluster.local:8443/status/200";
        const closed = await eventually(
            "the guard closes the port",
            () => curl(cluster(), outsideClient, url),
            ({ exitCode }) => exitCode === 52,
        );
        expect(closed.status).to.equal(0);
        await kubectl("set", "env", "deployment/istiod", `${featureFlagName}-`);
        await rolledOut();
        expect(await findContraryIstiods(cluster())).to.deep.equal([]);
        await friendlyClientPasses();
    });

    it("leaves nothing behind when it is destroyed, not even the flag", async function () {
        this.timeout("5m");
        await stack().mustRun("destroy");
        const left = (await checkLeftovers(cluster())).filter(({ passed }) => !passed);
        expect(left).to.deep.equal([]);
        await rolledOut();
        expect(await flagOfIstiod(cluster())).to.equal("");
    });

    async function kubectl(...args: string[]): Promise<string> {
        const { exitCode, stdout, stderr } = await cluster().run("kubectl", ["-n", "istio-system", ...args]);
        expect(exitCode, `kubectl ${args.join(" ")}: ${stderr}`).to.equal(0);
        return stdout;
    }

    async function rolledOut(): Promise<void> {
        await kubectl("rollout", "status", "deployment/istiod", "--timeout=90s");
    }

    async function friendlyClientPasses(): Promise<void> {
        const url = "https://httpbin.test.svc.cluster.local:8443/status/200";
        await eventually(
            "the client with its bundle is served",
            () => curl(cluster(), outsideClient, url, { ca: bundleName, certificate: bundleName }),
            ({ status }) => status === 200,
        );
    }
});
