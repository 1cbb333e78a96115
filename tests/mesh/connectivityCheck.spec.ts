/** A ConnectivityCheck in the cluster: it passes where access is as declared, and otherwise fails `pulumi up` with the reason. */
import { expect } from "chai";
import type { ConnectivityCheckArgs, SidecarTlsTerminationArgs } from "../..";
import { featureFlagName } from "../../components/mesh/istiodFeatureFlag";
import { istioNamespace } from "../../lab/mesh/install";
import type { StackResult } from "../../lab/toolchain/stack";
import { external } from "../listeners";
import { describeMesh } from "./describeMesh";
import { type Kubectl, kubectlFor } from "./kubectl";
import { type ProgramStack, programStack } from "./programStack";
import { changed, operationsOn, stepOn } from "./steps";

const namespace = "connectivity";

interface Arguments {
    readonly chain: SidecarTlsTerminationArgs;
    readonly check?: Omit<ConnectivityCheckArgs, "target">;
    readonly classicSidecar?: boolean;
}

const chain: SidecarTlsTerminationArgs = { namespace, createNamespace: true };
const impatient = { timeoutSeconds: 5, istiod: {} };
const mesh = "shop-check-mesh";
const outside = "shop-check-outside";

describeMesh("a connectivity check", (cluster) => {
    let kubectl: Kubectl;
    let program: ProgramStack<Arguments>;

    before("the stack exists", async () => {
        kubectl = kubectlFor(cluster());
        program = await programStack<Arguments>(cluster(), "connectivityCheck", "connectivity", { chain });
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await setFlagByHand("-");
        await program.remove();
    });

    /** Sets an explicit entry in istiod's own environment, as the cleanup of the Istio task does; "-" removes the entry. */
    async function setFlagByHand(value: "=false" | "-"): Promise<void> {
        const within = ["-n", istioNamespace];
        await kubectl.run(...within, "set", "env", "deployment/istiod", `${featureFlagName}${value}`);
        await kubectl.run(...within, "rollout", "status", "deployment/istiod", "--timeout=120s");
    }

    const logOf = (job: string): Promise<string> => kubectl.run("-n", namespace, "logs", `job/${job}`, "-c", "check");

    /** All messages of a run about a Job, as one text. */
    const saidOf = ({ diagnostics }: StackResult, job: string): string =>
        diagnostics
            .filter(({ urn = "" }) => urn.endsWith(`::${job}`))
            .map(({ message }) => message)
            .join("\n");

    it("runs nothing in a preview, and passes in the component's first up", async function () {
        this.timeout("4m");
        await program.stack.mustRun("preview");
        expect(await kubectl.exists("namespace", namespace)).to.equal(false);
        await program.stack.mustRun("up");
        const lines = (await logOf(outside)).trim().split("\n");
        expect(lines.map((line) => line.replace(/ \(.*\)$/, ""))).to.deep.equal([
            'ok    listener "external", port 8443: the client with its certificate is let in',
            'ok    listener "external", port 8443: plaintext from outside the mesh is kept out',
            'ok    listener "external", port 8443: a client without a certificate is kept out',
            'ok    listener "external", port 8443: a client with a certificate of another CA is kept out',
            'ok    listener "internal", port 8080: plaintext from outside the mesh is kept out',
        ]);
        expect(await logOf(mesh)).to.equal(
            'ok    listener "internal", port 8080: a client in the mesh is let in (HTTP 200)\n',
        );
    });

    it("has no changes in a second preview, refresh, or up", async function () {
        this.timeout("2m");
        await program.stack.mustRun("preview", ["--expect-no-changes"]);
        const { steps } = await program.stack.mustRun("up", ["--refresh", "--expect-no-changes"]);
        expect(changed(steps)).to.deep.equal([]);
    });

    it("runs again when listeners or clients change, is admitted without being on the allow list, and ends a classic sidecar", async function () {
        this.timeout("3m");
        program.setArguments({
            chain: {
                ...chain,
                clients: [{ name: "alice" }],
                listeners: [
                    ...external({}),
                    { name: "bytes", protocol: "TLS", servicePort: 8445, listenerPort: 9445 },
                    { name: "mesh-bytes", protocol: "TCP", servicePort: 8081, listenerPort: 9082 },
                ],
            },
            classicSidecar: true,
        });
        const { steps } = await program.stack.mustRun("up");
        for (const job of [mesh, outside]) {
            expect(stepOn(steps, job, "replace").failed).to.equal(false);
        }
        const tried = await logOf(outside);
        expect(tried).to.match(
            /"bytes", port 8445: the client with its certificate is let in \(the connection stayed open\)/,
        );
        expect(tried.match(/kept out/g)).to.have.length(8);
        expect(await logOf(mesh)).to.match(/"mesh-bytes", port 8081: a client in the mesh is let in/);
        const pods = await kubectl.list("pods", namespace);
        const { containers } = pods.find(({ metadata }) => metadata.name.startsWith(mesh))!["spec"] as {
            containers: { name: string }[];
        };
        expect(containers.map(({ name }) => name)).to.have.members(["check", "istio-proxy"]);
    });

    it("expects of each TLS mode the access that it grants", async function () {
        this.timeout("3m");
        program.setArguments({
            chain: {
                ...chain,
                listeners: [
                    ...external({ mode: "OPTIONAL_MUTUAL" }),
                    { name: "bytes", protocol: "TLS", servicePort: 8445, listenerPort: 9445, tls: { mode: "SIMPLE" } },
                ],
            },
        });
        await program.stack.mustRun("up");
        const tried = await logOf(outside);
        for (const expected of [
            /"external", port 8443: the client with its certificate is let in \(HTTP 200\)/,
            /"external", port 8443: a client without a certificate is let in \(HTTP 200\)/,
            /"external", port 8443: a client with a certificate of another CA is kept out/,
            /"bytes", port 8445: a client without a certificate is let in/,
            /"bytes", port 8445: plaintext from outside the mesh is kept out/,
        ]) {
            expect(tried).to.match(expected);
        }
    });

    describe("when istiod's own environment contradicts the flag", () => {
        before("the entry is set by hand", async function () {
            this.timeout("3m");
            await setFlagByHand("=false");
        });

        it("fails up with the unmet expectation, and names the entry", async function () {
            this.timeout("3m");
            program.setArguments({ chain, check: impatient });
            const failed = await program.stack.run("up");
            expect(failed.exitCode).not.to.equal(0);
            const said = saidOf(failed, outside);
            expect(said).to.match(
                /\[Error\] listener "external", port 8443: the client with its certificate was not let in within 5 s \(curl 35.*\): look at/,
            );
            expect(said).to.include(
                `Deployment istiod in namespace istio-system has ${featureFlagName}=false in its own env: it wins over`,
            );
            expect(said).not.to.include("was answered");
            expect(operationsOn(failed.steps, mesh)).to.include("replace");
        });

        it("runs again in the next up, and passes once the entry is removed", async function () {
            this.timeout("4m");
            await setFlagByHand("-");
            program.setArguments({ chain: { ...chain, unsafeDisableGuard: true }, check: impatient });
            const { steps } = await program.stack.mustRun("up");
            expect(stepOn(steps, outside, "replace").replacesFor.join()).to.include("replaceUnready");
        });

        it("reports the open port when the guard is disabled", async function () {
            this.timeout("3m");
            await setFlagByHand("=false");
            program.setArguments({
                chain: { ...chain, unsafeDisableGuard: true },
                check: { ...impatient, path: "/status/204" },
            });
            const failed = await program.stack.run("up");
            expect(failed.exitCode).not.to.equal(0);
            expect(saidOf(failed, outside)).to.match(
                /listener "external", port 8443: plaintext from outside the mesh was answered \(HTTP 204\), and must not be: TLS is not terminated there/,
            );
        });
    });
});
