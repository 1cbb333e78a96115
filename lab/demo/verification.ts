/** The checks of the Istio task, and checks that all other clients are rejected. */
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../cluster";
import { meshClient, outsideClient, succeed } from "./clients";
import { type Answer, curl } from "./curl";

/** The result of one check. */
export interface Finding {
    readonly tried: string;
    readonly from: string;
    readonly expected: string;
    readonly seen: string;
    readonly passed: boolean;
}

export interface Expectation {
    readonly tried: string;
    readonly from: string;
    readonly expected: string;
    /**
     * Whether the check is retried for a minute: after `pulumi up`, istiod pushes configuration and Envoy reads
     * certificates.
     */
    readonly mayTakeAMoment: boolean;
    readonly attempt: (cluster: Cluster) => Promise<{ seen: string; passed: boolean }>;
}

/** The names of the outside client's bundles: its own, and one of an untrusted CA. */
export const bundleName = "client";
export const untrustedName = "untrusted";

const host = "httpbin.test.svc.cluster.local";
const tlsUrl = `https://${host}:8443/status/200`;

// Exit statuses of curl for a failed handshake (35, 16 over HTTP/2, 56 or 55 where TLS 1.3 reports it late) or a closed
// connection (52). An unknown host, a refused connection or a timeout would prove nothing about the port.
const rejections = [16, 35, 52, 55, 56];

export const expectations: readonly Expectation[] = [
    {
        tried: "HTTP to port 8080",
        from: "in the mesh",
        expected: "200",
        mayTakeAMoment: true,
        attempt: async (cluster) => {
            const answer = await curl(cluster, meshClient, "http://httpbin:8080/status/200");
            return { seen: describeAnswer(answer), passed: answer.status === 200 };
        },
    },
    {
        tried: "TLS to port 8443 with the client's certificate",
        from: "outside",
        expected: "HTTP/2 200 over TLSv1.3, subject CN=httpbin.test.svc.cluster.local",
        mayTakeAMoment: true,
        attempt: async (cluster) => {
            const answer = await curl(cluster, outsideClient, tlsUrl, { ca: bundleName, certificate: bundleName });
            const { status, httpVersion, tlsVersion, serverSubject } = answer;
            const isServer = /CN ?= ?httpbin\.test\.svc\.cluster\.local/.test(serverSubject);
            return {
                seen: describeAnswer(answer),
                passed: status === 200 && httpVersion === "2" && tlsVersion === "TLSv1.3" && isServer,
            };
        },
    },
    {
        tried: "HTTP to port 8080",
        from: "outside",
        expected: "connection reset (curl exit status 56)",
        mayTakeAMoment: false,
        attempt: async (cluster) => {
            const answer = await curl(cluster, outsideClient, `http://${host}:8080/status/200`);
            return { seen: describeAnswer(answer), passed: answer.exitCode === 56 && answer.status === 0 };
        },
    },
    expectRejection("HTTP to port 8443", (cluster) => curl(cluster, outsideClient, `http://${host}:8443/status/200`)),
    expectRejection("TLS to port 8443 without a client certificate", (cluster) =>
        curl(cluster, outsideClient, tlsUrl, { ca: bundleName }),
    ),
    expectRejection("TLS to port 8443 with a certificate of an untrusted CA", (cluster) =>
        curl(cluster, outsideClient, tlsUrl, { ca: bundleName, certificate: untrustedName }),
    ),
    {
        tried: "istioctl proxy-config secret",
        from: "sidecar",
        expected: "file-cert and file-root ACTIVE",
        mayTakeAMoment: true,
        attempt: checkProxySecrets,
    },
];

/** Runs the checks one after the other, and reports each finding to `onFinding` as soon as it is known. */
export async function verify(
    cluster: Cluster,
    onFinding: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const expectation of expectations) {
        const { tried, from, expected } = expectation;
        const finding = { tried, from, expected, ...(await attemptUntilPassed(cluster, expectation)) };
        findings.push(finding);
        onFinding(finding);
    }
    return findings;
}

async function attemptUntilPassed(
    cluster: Cluster,
    expectation: Expectation,
): Promise<{ seen: string; passed: boolean }> {
    const until = Date.now() + (expectation.mayTakeAMoment ? 60_000 : 0);
    for (;;) {
        const result = await expectation.attempt(cluster);
        if (result.passed || Date.now() >= until) {
            return result;
        }
        await delay(500);
    }
}

function expectRejection(tried: string, attempt: (cluster: Cluster) => Promise<Answer>): Expectation {
    return {
        tried,
        from: "outside",
        expected: "rejected (not part of the Istio task)",
        mayTakeAMoment: false,
        attempt: async (cluster) => {
            const answer = await attempt(cluster);
            return {
                seen: describeAnswer(answer),
                passed: answer.status === 0 && rejections.includes(answer.exitCode),
            };
        },
    };
}

function describeAnswer(answer: Answer): string {
    if (answer.exitCode !== 0) {
        return answer.error || `curl exit status ${answer.exitCode}`;
    }
    const over = answer.tlsVersion === "" ? "" : ` over ${answer.tlsVersion}, subject ${answer.serverSubject}`;
    return `HTTP/${answer.httpVersion} ${answer.status}${over}`;
}

async function checkProxySecrets(cluster: Cluster): Promise<{ seen: string; passed: boolean }> {
    const name = ["-o", "jsonpath={.items[0].metadata.name}"];
    const pod = await succeed(cluster, "kubectl", ["-n", "test", "get", "pod", "-l", "app=httpbin", ...name]);
    const { stdout, stderr } = await cluster.run("istioctl", ["proxy-config", "secret", `${pod}.test`]);
    const files = ["file-cert:", "file-root:"].map((prefix) => {
        const line = stdout.split("\n").find((one) => one.startsWith(prefix));
        return { prefix, active: line !== undefined && /\sACTIVE\s/.test(line) };
    });
    const seen = files.map(({ prefix, active }) => `${prefix.slice(0, -1)} ${active ? "ACTIVE" : "not active"}`);
    return { seen: stdout === "" ? stderr.trim() : seen.join(", "), passed: files.every(({ active }) => active) };
}
