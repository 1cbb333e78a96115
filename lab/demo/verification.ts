/** The page's verification, and what the page does not try: that nobody else comes in. */
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "../cluster";
import { meshClient, outsideClient, succeed } from "./clients";
import { type Answer, curl } from "./curl";

/** One thing that was tried. */
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
    /** Whether it may take a moment after `pulumi up`: istiod's push, the first read of the certificates. */
    readonly mayTakeAMoment: boolean;
    readonly attempt: (cluster: Cluster) => Promise<{ seen: string; passed: boolean }>;
}

/** The name under which the outside client has its bundle, and the one under which it has one of another CA. */
export const bundleName = "client";
export const strangerName = "stranger";

const host = "httpbin.test.svc.cluster.local";
const tlsUrl = `https://${host}:8443/status/200`;

// A handshake that fails (35, 16 over HTTP/2, 56 or 55 when TLS 1.3 tells late) or a connection that is closed. A name that
// is not found, a refused connection or a timeout would say nothing about the port.
const refusals = [16, 35, 52, 55, 56];

export const expectations: readonly Expectation[] = [
    {
        tried: "HTTP to port 8080",
        from: "in the mesh",
        expected: "200",
        mayTakeAMoment: true,
        attempt: async (cluster) => {
            const answer = await curl(cluster, meshClient, "http://httpbin:8080/status/200");
            return { seen: describe(answer), passed: answer.status === 200 };
        },
    },
    {
        tried: "TLS to port 8443 with the client's bundle",
        from: "outside",
        expected: "HTTP/2 200 over TLSv1.3, subject CN=httpbin.test.svc.cluster.local",
        mayTakeAMoment: true,
        attempt: async (cluster) => {
            const answer = await curl(cluster, outsideClient, tlsUrl, { ca: bundleName, certificate: bundleName });
            const { status, httpVersion, tlsVersion, serverSubject } = answer;
            const ofTheServer = /CN ?= ?httpbin\.test\.svc\.cluster\.local/.test(serverSubject);
            return {
                seen: describe(answer),
                passed: status === 200 && httpVersion === "2" && tlsVersion === "TLSv1.3" && ofTheServer,
            };
        },
    },
    {
        tried: "HTTP to port 8080",
        from: "outside",
        expected: "connection reset (curl 56)",
        mayTakeAMoment: false,
        attempt: async (cluster) => {
            const answer = await curl(cluster, outsideClient, `http://${host}:8080/status/200`);
            return { seen: describe(answer), passed: answer.exitCode === 56 && answer.status === 0 };
        },
    },
    refused("HTTP to port 8443", (cluster) => curl(cluster, outsideClient, `http://${host}:8443/status/200`)),
    refused("TLS to port 8443 without a client certificate", (cluster) =>
        curl(cluster, outsideClient, tlsUrl, { ca: bundleName }),
    ),
    refused("TLS to port 8443 with a certificate of another CA", (cluster) =>
        curl(cluster, outsideClient, tlsUrl, { ca: bundleName, certificate: strangerName }),
    ),
    {
        tried: "istioctl proxy-config secret",
        from: "istiod's view",
        expected: "file-cert and file-root ACTIVE",
        mayTakeAMoment: true,
        attempt: proxySecrets,
    },
];

/** Tries everything in turn; `onFinding` hears of each as it is known. */
export async function verify(
    cluster: Cluster,
    onFinding: (finding: Finding) => void = () => undefined,
): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const expectation of expectations) {
        const { tried, from, expected } = expectation;
        const finding = { tried, from, expected, ...(await outcome(cluster, expectation)) };
        findings.push(finding);
        onFinding(finding);
    }
    return findings;
}

async function outcome(cluster: Cluster, expectation: Expectation): Promise<{ seen: string; passed: boolean }> {
    const until = Date.now() + (expectation.mayTakeAMoment ? 60_000 : 0);
    for (;;) {
        const result = await expectation.attempt(cluster);
        if (result.passed || Date.now() >= until) {
            return result;
        }
        await delay(500);
    }
}

function refused(tried: string, attempt: (cluster: Cluster) => Promise<Answer>): Expectation {
    return {
        tried,
        from: "outside",
        expected: "(nothing: refused here)",
        mayTakeAMoment: false,
        attempt: async (cluster) => {
            const answer = await attempt(cluster);
            return { seen: describe(answer), passed: answer.status === 0 && refusals.includes(answer.exitCode) };
        },
    };
}

function describe(answer: Answer): string {
    if (answer.exitCode !== 0) {
        return answer.error || `curl exit ${answer.exitCode}`;
    }
    const over = answer.tlsVersion === "" ? "" : ` over ${answer.tlsVersion}, subject ${answer.serverSubject}`;
    return `HTTP/${answer.httpVersion} ${answer.status}${over}`;
}

async function proxySecrets(cluster: Cluster): Promise<{ seen: string; passed: boolean }> {
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
