/**
 * Property tests: the component gets generated arguments, and its objects go to the real validation of Kubernetes and
 * istiod. If the component accepts the arguments, so do they; otherwise the component rejects them first, with a path.
 *
 * The seed is printed. A failure prints seed and path; repeat it with
 * `FC_SEED=<seed> FC_PATH=<path> npx mocha tests/mesh/validation.spec.ts -g '<title of the test>'`.
 * `FC_RUNS` is the number of cases; `npm run test:property` runs 10000.
 */
import { randomInt } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import * as fc from "fast-check";
import { type Pair, selfSigned } from "../unit/certificates";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { istiodPod } from "./istiodRevision";
import { kubectlFor } from "./kubectl";
import { type ApiServer, type Manifest, openApiServer } from "./validation/apiServer";
import { type Case, casesWithDoubts, withValue } from "./validation/cases";
import { inStandIn, rejectedByCluster, standIn } from "./validation/cluster";
import { Tally } from "./validation/tally";
import { verdict } from "./validation/verdict";
import { isPath, mayBeOutput, pathsOf } from "./validation/vocabulary";

const runs = Number(process.env["FC_RUNS"] ?? 500);
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
const path = process.env["FC_PATH"];

/** The positive control: an object that the component never creates. */
function sidecar(protocol: string, tls: object): Manifest {
    const port = { number: 9080, protocol, name: "external" };
    return {
        apiVersion: "networking.istio.io/v1",
        kind: "Sidecar",
        metadata: { name: "control" },
        spec: {
            workloadSelector: { labels: { app: "control" } },
            ingress: [{ port, defaultEndpoint: "0.0.0.0:80", tls }],
        },
    };
}

describeMesh(`arguments (FC_SEED=${seed})`, (cluster) => {
    let apiServer: ApiServer;
    let authority: Pair;
    let untrusted: Pair;

    before("the API server is reachable", async function () {
        this.timeout("2m");
        [authority, untrusted] = [await selfSigned(), await selfSigned()];
        const kubectl = kubectlFor(cluster());
        await kubectl.apply(standIn);
        await eventually(
            "the namespace has its ServiceAccount",
            () => kubectl.run("get", "serviceaccount", "-n", standIn.metadata.name, "-o", "name"),
            (names) => names.includes("serviceaccount/default"),
        );
        apiServer = await openApiServer(cluster());
        // Another suite may have just restarted istiod.
        await istiodPod(cluster());
        await eventually(
            "istiod's webhook answers",
            async () => (await apiServer.rejection(inStandIn(sidecar("HTTPS", { mode: "ISTIO_MUTUAL" })))) ?? "nothing",
            (said) => said.includes("admission webhook"),
        );
    });

    after("the connection to the API server is closed", async function () {
        this.timeout("1m");
        await apiServer.close();
        await kubectlFor(cluster()).deleteNamespace(standIn.metadata.name);
    });

    for (const [title, port, tls, says] of [
        ["ISTIO_MUTUAL in a Sidecar", "HTTPS", { mode: "ISTIO_MUTUAL" }, "ISTIO_MUTUAL"],
        ["TLS settings on an HTTP port", "HTTP", { mode: "SIMPLE", privateKey: "/k", serverCertificate: "/c" }, "TLS"],
    ] as const) {
        it(`reach istiod in a dry run, which rejects ${title}`, async () => {
            const said = await apiServer.rejection(inStandIn(sidecar(port, tls)));
            expect(said).to.include('admission webhook "');
            expect(said).to.include('validation.istio.io" denied the request');
            expect(said).to.include(says);
        });
    }

    it("are rejected with a path, or the cluster accepts every object that the component creates", async function () {
        this.timeout(60_000 + runs * 1000);
        const tally = new Tally();
        await fc.assert(
            fc.asyncProperty(casesWithDoubts(authority, untrusted, { minLength: 0, maxLength: 2 }), async (one) => {
                const { rejected, manifests } = await verdict(one);
                if (rejected) {
                    expectRejection(one, rejected);
                    expect(manifests).to.deep.equal([]);
                    tally.rejected(rejected.paths);
                    return;
                }
                const objections = await rejectedByCluster(apiServer, one, manifests);
                expect(objections, objections.join("\n")).to.deep.equal([]);
                tally.accepted(manifests);
            }),
            { seed, numRuns: runs, includeErrorInReport: true, ...(path === undefined ? {} : { path }) },
        );
        console.log(tally.report());
        if (path === undefined) {
            expect(tally.shareAccepted, "share of accepted cases").to.be.within(0.3, 0.7);
            expect(tally.kinds).to.include.all.keys(
                ...["AuthorizationPolicy", "Deployment", "Namespace", "PeerAuthentication", "Secret", "Service"],
                ...["PodDisruptionBudget", "ServiceAccount", "Sidecar"],
            );
        }
    });

    it("get the same verdict when a value is an Output", async function () {
        this.timeout(60_000 + runs * 1000);
        let [rejections, acceptances] = [0, 0];
        const secrecy = fc.constantFrom(pulumi.output, pulumi.secret);
        await fc.assert(
            fc.asyncProperty(
                casesWithDoubts(authority, untrusted, { minLength: 1, maxLength: 1 }),
                secrecy,
                async (one, later) => {
                    const [doubt] = one.doubts;
                    if (doubt === undefined || doubt.path === "component") {
                        return;
                    }
                    const plain = await verdict(one);
                    // Another Output resolves last: the component may not decide before.
                    const slow = new Promise((resolve) => setTimeout(resolve, 2, one.args["namespace"]));
                    const outputs = withValue(withValue(one, "namespace", slow), doubt.path, later(doubt.value));
                    const known = await verdict(outputs);
                    expect(known.rejected?.paths, "paths of the Output's rejection").to.deep.equal(
                        mayBeOutput(doubt.path)
                            ? (plain.rejected?.paths ?? (doubt.value === null ? [doubt.path] : undefined))
                            : [doubt.path],
                    );
                    if (known.rejected) {
                        rejections += 1;
                        expectRejection(one, known.rejected);
                        expect(known.manifests, "registered for Kubernetes").to.deep.equal([]);
                    } else {
                        acceptances += 1;
                        expect(known.manifests).to.have.deep.members([...plain.manifests]);
                    }
                },
            ),
            { seed, numRuns: Math.ceil(runs / 5), includeErrorInReport: true, ...(path === undefined ? {} : { path }) },
        );
        console.log(`as Outputs: ${acceptances} accepted, ${rejections} rejected`);
        if (path === undefined) {
            expect(Math.min(rejections, acceptances) / runs, "share of the rarer verdict").to.be.at.least(0.01);
        }
    });

    /** A rejection names arguments, and shows no private key. */
    function expectRejection(one: Case, { paths, message }: { paths: readonly string[]; message: string }): void {
        expect(paths).not.to.have.lengthOf(0);
        const given = pathsOf(one.args);
        expect(paths.filter((found) => !isPath(found) && !given.includes(found))).to.deep.equal([]);
        for (const { privateKeyPem } of [authority, untrusted]) {
            for (const line of privateKeyPem.trim().split("\n").slice(1, -1)) {
                expect(message).not.to.include(line);
            }
        }
    }
});
