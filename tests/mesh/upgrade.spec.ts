/** An upgrade from the packed first complete version to this one: nothing is replaced, and no request is lost. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { ClientBundle, SidecarTlsTerminationArgs } from "../..";
import { mustRun } from "../../lab/command";
import { lostNothing, workload } from "./certificates/componentStack";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { type ProgramStack, programStack } from "./programStack";
import { changed } from "./steps";
import { servedTraffic } from "./traffic/served";
import type { Traffic } from "./traffic/traffic";

const root = join(__dirname, "..", "..");
const packed = join(__dirname, "fixtures", "istio-sidecar-tls-0.1.0.tgz");
const namespace = "upgrade";
const host = `httpbin.${namespace}.svc.cluster.local`;

const args: SidecarTlsTerminationArgs = {
    namespace,
    createNamespace: true,
    workload,
    clients: [{ name: "alice" }, { name: "bob" }],
};

interface Program {
    readonly folder: string;
    readonly args: SidecarTlsTerminationArgs;
}

describeMesh("an upgrade from version 0.1.0", (cluster) => {
    let folder: string;
    let program: ProgramStack<Program>;
    let traffic: Traffic;

    before("a stack of version 0.1.0 is up, under traffic", async function () {
        this.timeout("6m");
        // Inside the checkout, so that the old version finds its dependencies.
        const cache = join(root, "node_modules", ".cache");
        mkdirSync(cache, { recursive: true });
        folder = mkdtempSync(join(cache, "istio-sidecar-tls-"));
        await mustRun("tar", ["--extract", "--gzip", "--file", packed, "--directory", folder]);
        const then: Program = { folder: join(folder, "package"), args };
        program = await programStack(cluster(), "upgraded", namespace, then);
        await program.stack.mustRun("up");
        const { clientBundle } = (await program.stack.outputs()) as { clientBundle: Required<ClientBundle> };
        traffic = await servedTraffic(cluster(), {
            namespace,
            podSelector: "app=httpbin",
            podPorts: [9080, 9081],
            serviceNames: ["httpbin"],
            servicePorts: [8443, 8080],
            host,
            kinds: ["plaintextHttp1", "plaintextHttp2", "noCertificate"],
            ratePerSecond: 2,
            friendly: { bundle: clientBundle, port: 8443 },
        });
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await traffic.stop();
        await program.remove();
        rmSync(folder, { recursive: true });
    });

    it("replaces and deletes nothing, and loses no request", async function () {
        this.timeout("5m");
        const before = traffic.snapshot();
        program.setArguments({ folder: root, args });
        for (const operation of ["preview", "up"] as const) {
            const { steps } = await program.stack.mustRun(operation);
            const others = changed(steps).filter((step) => step.operation !== "update" && step.operation !== "create");
            expect(others, operation).to.deep.equal([]);
        }
        await eventually(
            "the client sends more than 60 requests",
            async () => traffic.since(before).friendlySum,
            ({ tries }) => tries > 60,
        );
        lostNothing(traffic.since(before));
    });

    it("has no changes in a second preview or after a refresh", async function () {
        this.timeout("3m");
        await program.stack.mustRun("preview", ["--refresh", "--expect-no-changes"]);
    });
});
