/**
 * Certificates that are due are made anew by the next update, and clients notice nothing but another certificate.
 * `npm run test:rotations` renews the server's fifty times.
 */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { certificates as messages } from "../../components/previews/messages";
import type { StackResult } from "../../lab/toolchain/stack";
import { age } from "./certificates/age";
import { anotherIsServed, type Chain, changes, linesAbout, lostNothing, openChain } from "./certificates/chain";
import { updateTime } from "./certificates/updateTime";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { type Kubectl, kubectlFor } from "./kubectl";
import type { Traffic } from "./traffic/traffic";

const rotations = Number(process.env["ROTATIONS"] ?? 3);

const long = rotations >= 50;

/** The long form, on a machine that has nothing else to do, wants a renewed certificate served this soon after its Secret was updated. */
const mostSeconds = 10;

/** The preview says this about the resource, and nothing else. */
function expectLine(preview: StackResult, resource: string, line: string): void {
    const lines = linesAbout(preview, resource);
    expect(lines).to.have.length(1);
    expect(lines[0]?.startsWith(line), lines[0]).to.equal(true);
}

describeMesh(`renewal of certificates (${rotations} times)`, (cluster) => {
    const namespace = "rotation";
    let kubectl: Kubectl;
    let chain: Chain;
    let bundle: ClientBundle;
    let traffic: Traffic | undefined;
    const delays: number[] = [];

    before("up, and a client that never stops", async function () {
        this.timeout("5m");
        kubectl = kubectlFor(cluster());
        chain = await openChain(cluster(), namespace, {});
        await chain.stack.mustRun("up");
        bundle = (await chain.outputs()).clientBundles["client"]!;
        await chain.serves(bundle);
        traffic = await chain.traffic(bundle);
    });

    after("destroyed", async function () {
        this.timeout("5m");
        await traffic?.stop();
        await chain.remove();
        if (delays.length > 0) {
            const sorted = [...delays].sort((a, b) => a - b);
            const shown = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
            console.log(
                `      served after ${shown.map((s) => s.toFixed(1)).join(" / ")} s (least, median, most of ${sorted.length})`,
            );
        }
    });

    for (let rotation = 1; rotation <= rotations; rotation++) {
        it(`the server's, ${rotation}: announced, in place, no request lost`, async function () {
            this.timeout("4m");
            const pods = await podStates();
            const before = traffic!.snapshot();
            await age(chain.stack, "httpbin-server-certificate");

            const preview = await chain.stack.mustRun("preview");
            const due = ["replace httpbin-server-certificate", "update httpbin-server-secret-content"];
            expect(changes(preview)).to.deep.equal(due);
            expectLine(preview, "httpbin-server-certificate", messages.server);

            const served = anotherIsServed(traffic!, before.certificate!.serialNumber);
            expect(changes(await chain.stack.mustRun("up"))).to.deep.equal(due);
            const updated = await updateTime(kubectl, namespace, "httpbin-server-tls");
            const seconds = ((await served) - updated) / 1000;
            delays.push(seconds);
            if (long) {
                expect(seconds).to.be.lessThan(mostSeconds);
            }

            lostNothing(traffic!.since(before));
            expect(await podStates()).to.deep.equal(pods);
        });
    }

    it("Envoy was never given a certificate and a key that do not fit", async () => {
        const exec = ["-n", namespace, "exec", "deployment/httpbin", "-c", "istio-proxy", "--"];
        const metrics = await kubectl.run(
            ...exec,
            "pilot-agent",
            "request",
            "GET",
            "config_dump?resource=dynamic_active_secrets",
        );
        const names = [...metrics.matchAll(/"name": "(file-[^"]*)"/g)].map(([, name]) => name);
        expect(names).to.include("file-cert:/etc/istio/tls-certs/tls.crt~/etc/istio/tls-certs/tls.key");
        expect(metrics).not.to.include("error_state");
        const logs = await kubectl.run("-n", namespace, "logs", "deployment/httpbin", "-c", "istio-proxy");
        expect(
            logs
                .split("\n")
                .filter((line) => /failed to (load|generate).*(certificate|key pair)|key values mismatch/i.test(line)),
        ).to.deep.equal([]);
    });

    it("the sidecar tells when the server's expires, for alerts", async function () {
        this.timeout("1m");
        const pod = "deployment/httpbin";
        const served = await eventually(
            "the expiry of the certificate that is served",
            async () => {
                const exec = ["-n", namespace, "exec", pod, "-c", "istio-proxy", "--"];
                const text = await kubectl.run(...exec, "curl", "-s", "http://localhost:15090/stats/prometheus");
                const gauge =
                    /^envoy_listener_ssl_certificate_file_cert_\w*tls_key_expiration_unix_time_seconds\{.*\} (\d+)$/m;
                return Number(gauge.exec(text)?.[1]) * 1000;
            },
            (seen) => !Number.isNaN(seen),
        );
        const { notAfter } = await chain.outputs();
        expect(new Date(served).toISOString().slice(0, 19)).to.equal(notAfter.server.slice(0, 19));
    });

    it("the CA's keeps key and subject: what was given out before is good with what comes after", async function () {
        this.timeout("4m");
        const { caCertificatePem } = await chain.outputs();
        await age(chain.stack, "httpbin-ca-certificate");
        const preview = await chain.stack.mustRun("preview");
        const due = [
            "replace httpbin-ca-certificate",
            "replace httpbin-client-client-certificate",
            "replace httpbin-server-certificate",
            "update httpbin-ca-secret-content",
            "update httpbin-server-secret-content",
        ];
        expect(changes(preview)).to.deep.equal(due);
        expectLine(preview, "httpbin-ca-certificate", messages.authority);
        expectLine(preview, "httpbin-client-client-certificate", messages.client);

        const before = traffic!.snapshot();
        expect(changes(await chain.stack.mustRun("up"))).to.deep.equal(due);
        const after = await chain.outputs();
        expect(after.caCertificatePem).not.to.equal(caCertificatePem);
        await anotherIsServed(traffic!, before.certificate!.serialNumber);
        // The client that never stops has its old bundle, with the CA's old certificate.
        lostNothing(traffic!.since(before));
        await chain.serves(after.clientBundles["client"]!);
        await chain.serves({ ...bundle, caCertificatePem: after.caCertificatePem });
        await chain.stack.mustRun("preview", ["--expect-no-changes"]);
    });

    async function podStates(): Promise<unknown> {
        const pods = (await kubectl.list("pods", namespace)) as unknown as readonly {
            metadata: { uid: string };
            status: Record<"containerStatuses" | "initContainerStatuses", { name: string; restartCount: number }[]>;
        }[];
        return pods.map(({ metadata, status }) => ({
            uid: metadata.uid,
            restarts: [...status.containerStatuses, ...status.initContainerStatuses].map(
                ({ name, restartCount }) => `${name} ${restartCount}`,
            ),
        }));
    }
});
