/**
 * Generated arguments, and Kubernetes' and istiod's real validation of what the component makes of them: whatever the
 * component accepts they accept, and whatever they would refuse the component refuses first, with a path.
 *
 * The seed is printed. A failure says seed and path, with which it is repeated:
 * `FC_SEED=<seed> FC_PATH=<path> npx mocha tests/mesh/validation.spec.ts -g '<title of the test>'`.
 * `FC_RUNS` is the number of cases; `npm run test:property` runs 10000.
 */
import { randomInt } from "node:crypto";
import { expect } from "chai";
import * as fc from "fast-check";
import * as pulumi from "@pulumi/pulumi";
import { type Pair, selfSigned } from "../unit/certificates";
import { type ApiServer, type Manifest, openApiServer } from "./validation/apiServer";
import { type Case, casesWithDoubts, withValue } from "./validation/cases";
import { inStandIn, refusedByCluster, standIn } from "./validation/cluster";
import { Tally } from "./validation/tally";
import { verdict } from "./validation/verdict";
import { isPath, mayBeOutput, pathsOf } from "./validation/vocabulary";
import { istiodPod } from "./istiodRevision";
import { describeMesh } from "./describeMesh";
import { eventually } from "./eventually";
import { kubectlFor } from "./kubectl";

const runs = Number(process.env["FC_RUNS"] ?? 500);
const seed = Number(process.env["FC_SEED"] ?? randomInt(2 ** 31));
const path = process.env["FC_PATH"];

/** The positive control: no component makes it. */
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
    let stranger: Pair;

    before("the API server is reached", async function () {
        this.timeout("2m");
        [authority, stranger] = [await selfSigned(), await selfSigned()];
        const kubectl = kubectlFor(cluster());
        await kubectl.apply(standIn);
        await eventually(
            "the namespace has its ServiceAccount",
            () => kubectl.run("get", "serviceaccount", "-n", standIn.metadata.name, "-o", "name"),
            (names) => names.includes("serviceaccount/default"),
        );
        apiServer = await openApiServer(cluster());
        // Another suite may have restarted istiod just now.
        await istiodPod(cluster());
        await eventually(
            "istiod's webhook answers",
            async () => (await apiServer.refusal(inStandIn(sidecar("HTTPS", { mode: "ISTIO_MUTUAL" })))) ?? "nothing",
            (said) => said.includes("admission webhook"),
        );
    });

    after("the API server is left", async function () {
        this.timeout("1m");
        await apiServer.close();
        await kubectlFor(cluster()).deleteNamespace(standIn.metadata.name);
    });

    for (const [title, port, tls, says] of [
        ["ISTIO_MUTUAL at a Sidecar", "HTTPS", { mode: "ISTIO_MUTUAL" }, "ISTIO_MUTUAL"],
        ["TLS on a port of HTTP", "HTTP", { mode: "SIMPLE", privateKey: "/k", serverCertificate: "/c" }, "TLS"],
    ] as const) {
        it(`istiod is asked in a dry run, and refuses ${title}`, async () => {
            const said = await apiServer.refusal(inStandIn(sidecar(port, tls)));
            expect(said).to.include('admission webhook "');
            expect(said).to.include('validation.istio.io" denied the request');
            expect(said).to.include(says);
        });
    }

    it("are refused with a path, or all that is made of them is accepted", async function () {
        this.timeout(60_000 + runs * 1000);
        const tally = new Tally();
        await fc.assert(
            fc.asyncProperty(casesWithDoubts(authority, stranger, { minLength: 0, maxLength: 2 }), async (one) => {
                const { refused, manifests } = await verdict(one);
                if (refused) {
                    expectRefusal(one, refused);
                    expect(manifests).to.deep.equal([]);
                    tally.refused(refused.paths);
                    return;
                }
                const objections = await refusedByCluster(apiServer, one, manifests);
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

    it("are decided on alike when a value comes as an Output", async function () {
        this.timeout(60_000 + runs * 1000);
        let [refusals, acceptances] = [0, 0];
        const secrecy = fc.constantFrom(pulumi.output, pulumi.secret);
        await fc.assert(
            fc.asyncProperty(
                casesWithDoubts(authority, stranger, { minLength: 1, maxLength: 1 }),
                secrecy,
                async (one, later) => {
                    const [doubt] = one.doubts;
                    if (doubt === undefined || doubt.path === "component") {
                        return;
                    }
                    const plain = await verdict(one);
                    // Another Output is known last: nothing may be decided before.
                    const slow = new Promise((resolve) => setTimeout(resolve, 2, one.args["namespace"]));
                    const outputs = withValue(withValue(one, "namespace", slow), doubt.path, later(doubt.value));
                    const known = await verdict(outputs);
                    expect(known.refused?.paths, "paths of the Output's refusal").to.deep.equal(
                        mayBeOutput(doubt.path)
                            ? (plain.refused?.paths ?? (doubt.value === null ? [doubt.path] : undefined))
                            : [doubt.path],
                    );
                    if (known.refused) {
                        refusals += 1;
                        expectRefusal(one, known.refused);
                        expect(known.manifests, "registered for Kubernetes").to.deep.equal([]);
                    } else {
                        acceptances += 1;
                        expect(known.manifests).to.have.deep.members([...plain.manifests]);
                    }
                },
            ),
            { seed, numRuns: Math.ceil(runs / 5), includeErrorInReport: true, ...(path === undefined ? {} : { path }) },
        );
        console.log(`as Outputs: ${acceptances} accepted, ${refusals} refused`);
        if (path === undefined) {
            expect(Math.min(refusals, acceptances) / runs, "share of the rarer verdict").to.be.at.least(0.01);
        }
    });

    /** A refusal names arguments, and shows no private key. */
    function expectRefusal(one: Case, { paths, message }: { paths: readonly string[]; message: string }): void {
        expect(paths).not.to.have.lengthOf(0);
        const given = pathsOf(one.args);
        expect(paths.filter((found) => !isPath(found) && !given.includes(found))).to.deep.equal([]);
        for (const { privateKeyPem } of [authority, stranger]) {
            for (const line of privateKeyPem.trim().split("\n").slice(1, -1)) {
                expect(message).not.to.include(line);
            }
        }
    }
});
