/** The demo: the example up and tried, or down and gone. */
import type { ClientBundle } from "../../index";
import type { Cluster } from "../cluster";
import type { PulumiStack } from "../toolchain/stack";
import { giveBundle, meshClient, outsideClient, startClient, stopClient, succeed } from "./clients";
import { contraryIstiods, leftovers } from "./istiod";
import { demoStack } from "./state";
import { strangersBundle } from "./stranger";
import type { Surroundings } from "./surroundings";
import { findingsTable } from "./table";
import { bundleName, type Finding, strangerName, verify } from "./verification";

/** Runs the example and the verification; true if everything holds. */
export async function up(surroundings: Surroundings): Promise<boolean> {
    const { cluster } = surroundings;
    const stack = await demoStack(surroundings);
    await refuseStrangeNamespace(cluster, stack);

    title(`pulumi up of examples/httpbin on ${cluster.description}`);
    await stack.mustRun("up", ["--suppress-outputs"], (line) => {
        console.log(line);
    });
    const { clientBundle } = (await stack.outputs()) as { clientBundle: Required<ClientBundle> };

    title("two clients: one in the mesh (namespace test), one outside (namespace outside-the-mesh)");
    await giveClients(cluster, clientBundle);
    const contrary = await contraryIstiods(cluster);

    title("verification of https://httpbin.test.svc.cluster.local:8443");
    const findings = await verify(cluster, (finding) => {
        console.log(`${finding.passed ? "pass" : "FAIL"}  ${finding.tried}, ${finding.from}`);
    });
    console.log(`\n${findingsTable(findings, "the page says")}\n`);
    for (const istiod of contrary) {
        console.log(contraryAdvice(cluster, istiod));
    }
    console.log(howToLookAround(surroundings));
    return conclude(findings);
}

/** Starts the clients and gives the outside one its bundle, and one that nobody trusts. */
export async function giveClients(cluster: Cluster, bundle: Required<ClientBundle>): Promise<void> {
    await Promise.all([startClient(cluster, meshClient), startClient(cluster, outsideClient)]);
    await giveBundle(cluster, outsideClient, bundleName, bundle);
    await giveBundle(cluster, outsideClient, strangerName, await strangersBundle());
}

/** Destroys the example and shows that nothing is left; true if so. */
export async function down(surroundings: Surroundings): Promise<boolean> {
    const { cluster } = surroundings;
    const stack = await demoStack(surroundings);
    title(`pulumi destroy of examples/httpbin on ${cluster.description}`);
    await stack.mustRun("destroy", [], (line) => {
        console.log(line);
    });
    await stack.remove();
    await stopClient(cluster, outsideClient);
    const findings = await leftovers(cluster);
    console.log(`\n${findingsTable(findings, "expected")}\n`);
    if (surroundings.context === undefined) {
        console.log(`The mesh itself still runs; stop it with: npm run lab -- down${nameOption(surroundings.lab)}`);
    }
    return conclude(findings);
}

/** A namespace `test` that somebody else made would be changed, and on --down deleted. */
async function refuseStrangeNamespace(cluster: Cluster, stack: PulumiStack): Promise<void> {
    const namespace = await succeed(cluster, "kubectl", [
        "get",
        "namespace",
        "test",
        "--ignore-not-found",
        "-o",
        "name",
    ]);
    if (namespace.trim() !== "" && !(await stack.hasResources())) {
        throw new Error(
            `There is a namespace test on ${cluster.description} that the demo did not make. It is left alone; ` +
                "delete or rename it, or take another cluster.",
        );
    }
}

function contraryAdvice(cluster: Cluster, istiod: string): string {
    const unset = `kubectl -n ${cluster.istioNamespace} set env deployment/${istiod} ENABLE_TLS_ON_SIDECAR_INGRESS-`;
    return (
        `The env of Deployment ${istiod} has ENABLE_TLS_ON_SIDECAR_INGRESS with another value than true. It wins over the ` +
        `patch, TLS is not terminated, and the guard keeps the port closed. Remove it with:\n  ${unset}\n`
    );
}

function howToLookAround({ lab, context }: Surroundings): string {
    const kubectl = context !== undefined ? `kubectl --context ${context}` : `npm run lab --${nameOption(lab)} kubectl`;
    const again = context !== undefined ? ` --context ${context} --down --yes` : `${nameOption(lab)} --down`;
    const look = [
        `${kubectl} -n test get pods,svc,secrets,sidecars,peerauthentications,authorizationpolicies`,
        `${kubectl} -n outside-the-mesh exec deployment/curl -- curl --cacert /tmp/client-ca.crt --cert /tmp/client.crt ` +
            "--key /tmp/client.key https://httpbin.test.svc.cluster.local:8443/headers",
    ];
    return `Look around:\n${look.map((line) => `  ${line}\n`).join("")}Take it away again:\n  npm run demo --${again}\n`;
}

function nameOption(lab: string): string {
    return lab === "default" ? "" : ` --name ${lab}`;
}

function title(text: string): void {
    console.log(`\n== ${text}`);
}

function conclude(findings: readonly Finding[]): boolean {
    const failed = findings.filter(({ passed }) => !passed);
    console.log(failed.length === 0 ? "All of it holds." : `${failed.length} of ${findings.length} did not hold.`);
    return failed.length === 0;
}
