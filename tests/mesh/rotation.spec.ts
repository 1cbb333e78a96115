/**
 * Certificates in their renewal window are renewed by the next update without a failed request.
 * `npm run test:rotations` renews the server certificate fifty times.
 */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { certificates as messages } from "../../components/previews/messages";
import type { StackResult } from "../../lab/toolchain/stack";
import { age } from "./certificates/age";
import {
    anotherIsServed,
    changes,
    type ComponentStack,
    linesAbout,
    lostNothing,
    openComponent,
} from "./certificates/componentStack";
import { updateTime } from "./certificates/updateTime";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { type Kubectl, kubectlFor } from "./kubectl";
import type { Traffic } from "./traffic/traffic";

const rotations = Number(process.env["ROTATIONS"] ?? 3);

const long = rotations >= 50;

/** The long form, on an otherwise idle machine, expects a renewed certificate to be served this soon after its Secret's update. */
const mostSeconds = 10;

/** The preview says this about the resource, and nothing else. */
function expectLine(preview: StackResult, resource: string, line: string): void {
    const lines = linesAbout(preview, resource);
    expect(lines).to.have.length(1);
    expect(lines[0]?.startsWith(line), lines[0]).to.equal(true);
}

describeMesh(`certificate renewal (${rotations} times)`, (cluster) => {
    const namespace = "rotation";
    let kubectl: Kubectl;
    let component: ComponentStack;
    let bundle: ClientBundle;
    let traffic: Traffic | undefined;
    const delays: number[] = [];

    before("the stack is up, and a client sends requests without a pause", async function () {
        this.timeout("5m");
        kubectl = kubectlFor(cluster());
        component = await openComponent(cluster(), namespace, {});
        await component.stack.mustRun("up");
        bundle = (await component.outputs()).clientBundles["client"]!;
        await component.serves(bundle);
        traffic = await component.traffic(bundle);
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        await traffic?.stop();
        await component.remove();
        if (delays.length > 0) {
            const sorted = [...delays].sort((a, b) => a - b);
            const shown = [sorted[0]!, sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
            console.log(
                `      served after ${shown.map((s) => s.toFixed(1)).join(" / ")} s (minimum, median, maximum of ${sorted.length})`,
            );
        }
    });

    for (let rotation = 1; rotation <= rotations; rotation++) {
        it(`renews the server certificate, ${rotation}: shown in the preview, in place, without a lost request`, async function () {
            this.timeout("4m");
            const pods = await podStates();
            const before = traffic!.snapshot();
            await age(component.stack, "httpbin-server-certificate");

            const preview = await component.stack.mustRun("preview");
            const due = ["replace httpbin-server-certificate", "update httpbin-server-secret-content"];
            expect(changes(preview)).to.deep.equal(due);
            expectLine(preview, "httpbin-server-certificate", messages.server);

            const served = anotherIsServed(traffic!, before.certificate!.serialNumber);
            expect(changes(await component.stack.mustRun("up"))).to.deep.equal(due);
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

    it("never gives Envoy a certificate and a key that do not match", async () => {
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

    it("exports the expiry of the server certificate as a metric of the sidecar, for alerts", async function () {
        this.timeout("1m");
        const pod = "deployment/httpbin";
        const served = await eventually(
            "the sidecar reports the expiry of the served certificate",
            async () => {
                const exec = ["-n", namespace, "exec", pod, "-c", "istio-proxy", "--"];
                const text = await kubectl.run(...exec, "curl", "-s", "http://localhost:15090/stats/prometheus");
                const gauge =
                    /^envoy_listener_ssl_certificate_file_cert_\w*tls_key_expiration_unix_time_seconds\{.*\} (\d+)$/m;
                return Number(gauge.exec(text)?.[1]) * 1000;
            },
            (seen) => !Number.isNaN(seen),
        );
        const { notAfter } = await component.outputs();
        expect(new Date(served).toISOString().slice(0, 19)).to.equal(notAfter.server.slice(0, 19));
    });

    it("renews the CA certificate with the same key and subject: old and new bundles and certificates verify each other", async function () {
        this.timeout("4m");
        const { caCertificatePem } = await component.outputs();
        await age(component.stack, "httpbin-ca-certificate");
        const preview = await component.stack.mustRun("preview");
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
        expect(changes(await component.stack.mustRun("up"))).to.deep.equal(due);
        const after = await component.outputs();
        expect(after.caCertificatePem).not.to.equal(caCertificatePem);
        await anotherIsServed(traffic!, before.certificate!.serialNumber);
        // The client under traffic still has its old bundle, with the old CA certificate.
        lostNothing(traffic!.since(before));
        await component.serves(after.clientBundles["client"]!);
        await component.serves({ ...bundle, caCertificatePem: after.caCertificatePem });
        await component.stack.mustRun("preview", ["--expect-no-changes"]);
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
