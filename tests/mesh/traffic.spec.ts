/** The clients of the proof report an open port as open and a closed port as closed, and their attempts reach Envoy. */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import { featureFlagName } from "../../components/mesh/istiodFeatureFlag";
import { failureOf } from "../../lab/wait";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { type Kubectl, kubectlFor } from "./kubectl";
import { issue, newAuthority, otherAuthoritysClient } from "./traffic/certificates";
import { type HostileKind, hostileKinds } from "./traffic/configuration";
import { allStatistics, inboundStatistics } from "./traffic/envoy";
import { applyIstioTask, host, namespace } from "./traffic/istioTask";
import { counterOf, list, listed, refusalOf } from "./traffic/refusals";
import { type Difference, difference, nothing, type Snapshot } from "./traffic/snapshot";
import { Traffic, type TrafficConfiguration } from "./traffic/traffic";

describeMesh("the hostile client and the friendly client", (cluster) => {
    let kubectl: Kubectl;
    let configuration: TrafficConfiguration;
    let traffic: Traffic | undefined;

    before("the Istio task is applied by hand without the feature flag, and both clients run", async function () {
        this.timeout("5m");
        kubectl = kubectlFor(cluster());
        await setFlag(`${featureFlagName}-`);
        const authority = await newAuthority();
        const friendly = await issue(authority, { commonName: "friendly", uris: [`spiffe://${listed}`] });
        const bundle: Required<ClientBundle> = { caCertificatePem: authority.certificatePem, ...friendly };
        await applyIstioTask(kubectl, authority, allStatistics);
        configuration = {
            namespace,
            podSelector: "app=httpbin",
            podPorts: [9080, 9081, 80],
            serviceNames: ["httpbin"],
            servicePorts: [8443, 8080],
            host,
            certificates: {
                otherAuthority: await otherAuthoritysClient(),
                expired: await issue(authority, {
                    commonName: "expired",
                    uris: [`spiffe://${listed}`],
                    validHours: -1,
                }),
                unlisted: await issue(authority, {
                    commonName: "unlisted",
                    uris: ["spiffe://example.com/clients/unlisted"],
                }),
            },
            friendly: { bundle, port: 8443 },
            limitSeconds: 600,
        };
        traffic = await Traffic.start(cluster(), configuration);
    });

    after("the clients, the Istio task, and the feature flag are removed", async function () {
        this.timeout("5m");
        try {
            await stop();
        } finally {
            await kubectl.run("delete", "namespace", namespace, "--ignore-not-found", "--timeout=120s");
            await setFlag(`${featureFlagName}-`);
        }
    });

    it("without the feature flag, the application answers every hostile attempt and fails the friendly client", async function () {
        this.timeout("2m");
        const seen = await overTries(500);
        for (const kind of hostileKinds) {
            expect(seen.perKind[kind]!.answered, kind).to.be.greaterThan(0);
        }
        expect(seen.perPort["pod:9080"]!.answered).to.be.greaterThan(0);
        expect(seen.perPort["service:8443"]!.answered).to.be.greaterThan(0);
        for (const closed of ["pod:9081", "pod:80", "service:8080"]) {
            expect(seen.perPort[closed], closed).to.include({ answered: 0, admitted: 0 });
            expect(seen.perPort[closed]!.refused, closed).to.be.greaterThan(0);
        }
        const echoed = seen.openings.find(({ kind }) => kind === "plaintextHttp1");
        expect(echoed).to.include({ outcome: "answered", reason: "the nonce" });
        expect(echoed!.firstBytes).to.match(/^HTTP\/1\.1 200 OK\r\nServer: gunicorn\r\n/);
        const { tries, successes, failures } = seen.friendlySum;
        expect(tries, "friendly requests").to.be.greaterThan(0);
        expect({ successes, failures: failures > 0 }).to.deep.equal({ successes: 0, failures: true });
        expect(seen.failures.map(({ reason }) => reason).join("\n")).to.match(/wrong version number/i);
    });

    it("with the feature flag and an allow list, only the friendly client gets responses, on all its connections", async function () {
        this.timeout("3m");
        await kubectl.apply(list);
        await setFlag(`${featureFlagName}=true`);
        await eventually(
            "the port closes, and the friendly client is served",
            () => overTries(100),
            ({ hostile, friendlySum }) => hostile.answered === 0 && friendlySum.failures === 0,
        );
        const seen = await overTries(1000);
        expect(seen.hostile, JSON.stringify(seen.openings)).to.include({ answered: 0, admitted: 0, unreachable: 0 });
        for (const kind of hostileKinds) {
            expect(seen.perKind[kind]!.refused, kind).to.be.greaterThan(50);
        }
        const reasons = JSON.stringify(seen.failures);
        for (const [way, { successes, failures, connections }] of Object.entries(seen.friendly)) {
            expect(failures, `${way}: ${reasons}`).to.equal(0);
            expect(successes, way).to.be.greaterThan(10);
            expect(connections > 0, `new connections of ${way}`).to.equal(way === "newConnections");
        }
        expect(Object.keys(seen.friendly)).to.have.members(["session", "newConnections", "keepAlive"]);
        expect(seen.certificate!.serialNumber).to.match(/^[0-9A-F]+$/);
        expect(Date.parse(seen.certificate!.notAfter)).to.be.greaterThan(Date.now());
    });

    it("follows pods as they come and go", async function () {
        this.timeout("3m");
        const before = running().snapshot();
        await kubectl.run("-n", namespace, "scale", "deployment/httpbin", "--replicas=2");
        const seen = await eventually(
            "there are six targets in pods",
            async () => running().since(before),
            ({ targets }) => targets.filter((target) => target.startsWith("pod ")).length === 6,
        );
        expect(seen.hostile.answered).to.equal(0);
        await kubectl.run("-n", namespace, "scale", "deployment/httpbin", "--replicas=1");
        await eventually(
            "there are three targets in pods",
            async () => running().since(before).targets,
            (targets) => targets.filter((target) => target.startsWith("pod ")).length === 3,
        );
        expect(running().since(before).hostile).to.include({ answered: 0, admitted: 0 });
    });

    for (const kind of hostileKinds) {
        it(`${kind} reaches Envoy, which counts it as ${counterOf[kind]}`, async function () {
            this.timeout("2m");
            await stop();
            const before = await inboundStatistics(kubectl);
            await onlyTlsPort([kind]);
            await overTries(100);
            const end = await stop();
            const after = await inboundStatistics(kubectl);
            const { hostile, reasons } = difference(nothing, end);
            expect(hostile).to.include({ answered: 0, admitted: 0, unreachable: 0, silent: 0 });
            expect(reasons[kind]).to.deep.equal({ [refusalOf[kind]]: hostile.tries });
            for (const counter of new Set(Object.values(counterOf))) {
                const expected = counter === counterOf[kind] ? hostile.tries : 0;
                expect(after[counter] - before[counter], counter).to.equal(expected);
            }
        });
    }

    it("without the allow list, an unlisted certificate gets responses, over HTTP/1.1 and HTTP/2", async function () {
        this.timeout("2m");
        await stop();
        await kubectl.run("-n", namespace, "delete", "authorizationpolicy", list.metadata.name);
        await onlyTlsPort(["unlisted", "noCertificate"]);
        const start = running().snapshot();
        const seen = await eventually(
            "there are answers over both protocols",
            async () => running().since(start),
            ({ openings }) => ["HTTP/1.1 200 OK", "\0"].every((beginning) => byProtocol(openings, beginning)),
        );
        expect(seen.perKind["unlisted"]!.answered).to.be.greaterThan(0);
        expect(seen.perKind["noCertificate"]).to.include({ answered: 0, admitted: 0 });
        expect(seen.openings.every(({ reason }) => reason === "the nonce")).to.equal(true);
    });

    it("reports that the clients have ended instead of returning old counts", async function () {
        this.timeout("1m");
        const brief = await Traffic.start(cluster(), { ...configuration, limitSeconds: 1 });
        const message = await eventually(
            "the process ends on its own",
            async () => {
                try {
                    return `counts until ${brief.snapshot().at}`;
                } catch (error) {
                    return (error as Error).message;
                }
            },
            (seen) => seen.startsWith("the clients"),
        );
        expect(message).to.match(/^the clients have ended, with exit code 0/);
    });

    it("reports why the process could not start", async function () {
        this.timeout("1m");
        const without = { ...configuration, certificates: {}, kinds: ["expired" as const] };
        const message = await failureOf(Traffic.start(cluster(), without));
        expect(message).to.match(/exit code 1: [\s\S]*no certificate for attempts of kind expired/);
    });

    function running(): Traffic {
        if (traffic === undefined) {
            throw new Error("the clients are not running");
        }
        return traffic;
    }

    async function stop(): Promise<Snapshot> {
        const ending = traffic;
        traffic = undefined;
        return (await ending?.stop()) ?? nothing;
    }

    /** Returns what both clients see from now until the hostile client has made this many attempts. */
    function overTries(count: number): Promise<Difference> {
        const before = running().snapshot();
        return eventually(
            `the hostile client makes ${count} attempts`,
            async () => running().since(before),
            ({ hostile }) => hostile.tries >= count,
        );
    }

    async function onlyTlsPort(kinds: readonly HostileKind[]): Promise<void> {
        const ports = { podPorts: [9080], servicePorts: [8443] };
        traffic = await Traffic.start(cluster(), {
            ...{ ...configuration, ...ports, kinds, ratePerSecond: 20 },
            friendly: undefined,
        });
    }

    async function setFlag(entry: string): Promise<void> {
        const { istioNamespace } = cluster();
        await kubectl.run("-n", istioNamespace, "set", "env", "deployment/istiod", entry);
        await kubectl.run("-n", istioNamespace, "rollout", "status", "deployment/istiod", "--timeout=90s");
    }
});

function byProtocol(openings: Difference["openings"], beginning: string): boolean {
    return openings.some(({ firstBytes }) => firstBytes.startsWith(beginning));
}
