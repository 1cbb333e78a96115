/** The README's program, word for word: the component's defaults, and a certificate renewal in place. */
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { outsideClient } from "../../lab/demo/clients";
import { curl } from "../../lab/demo/curl";
import { bundleName } from "../../lab/demo/verification";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { temporaryStack } from "./temporaryStack";
import { describeVerified } from "./verifiedExample";

const root = join(__dirname, "..", "..");
const url = "https://httpbin.test.svc.cluster.local:8443/status/200";

describeMesh("the README's program on a mesh", (cluster) => {
    let program: string;
    const stack = describeVerified(cluster, () => {
        program = readmeProgram();
        return temporaryStack(cluster(), dirname(program));
    });

    it("renews certificates in place: the Secret is updated, the pods stay, and the new certificate is served", async function () {
        this.timeout("4m");
        const before = await served();
        const podBefore = await pod();
        const changed = readFileSync(program, "utf8").replace(
            "createNamespace: true,",
            "createNamespace: true,\n    certificates: { validityPeriodHours: 1000 },",
        );
        writeFileSync(program, changed);
        const { steps } = await stack().mustRun("up");
        const kubernetes = steps.filter(
            ({ type, operation }) => type.startsWith("kubernetes:") && operation !== "same",
        );
        expect(kubernetes.map(({ operation, name }) => `${operation} ${name}`)).to.deep.equal([
            "update httpbin-server-secret-content",
        ]);
        const after = await eventually("a new certificate is served", served, (notAfter) => notAfter !== before);
        const hours = (Date.parse(after) - Date.now()) / 3_600_000;
        expect(hours).to.be.within(998, 1001);
        expect(await pod()).to.equal(podBefore);
    });

    /** Returns when the certificate that the sidecar presents expires. */
    async function served(): Promise<string> {
        const answer = await curl(cluster(), outsideClient, url, { ca: bundleName, certificate: bundleName });
        expect(answer.status, answer.error).to.equal(200);
        return answer.serverNotAfter;
    }

    async function pod(): Promise<string> {
        const { stdout } = await cluster().run("kubectl", [
            ...["-n", "test", "get", "pod", "-l", "app=httpbin"],
            ...["-o", "jsonpath={.items[*].metadata.uid} {.items[*].status.containerStatuses[*].restartCount}"],
        ]);
        return stdout;
    }
});

/** Creates a project like a user's with the README's first program; returns the program's path. */
function readmeProgram(): string {
    const project = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-readme-"));
    const source = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
    expect(source, "a program in README.md").to.include("new SidecarTlsTermination(");
    writeFileSync(join(project, "index.ts"), source!);
    writeFileSync(join(project, "Pulumi.yaml"), "name: readme\nruntime: nodejs\n");
    const modules = join(project, "node_modules");
    mkdirSync(modules);
    for (const installed of ["@pulumi", "@types", "typescript", "ts-node"]) {
        symlinkSync(join(root, "node_modules", installed), join(modules, installed));
    }
    symlinkSync(root, join(modules, "istio-sidecar-tls"));
    return join(project, "index.ts");
}
