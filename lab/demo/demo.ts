/** The demo: deploys the example and checks it, or destroys it and checks that nothing is left. */
import type { ClientBundle } from "../../index";
import type { Cluster } from "../cluster";
import type { PulumiStack } from "../toolchain/stack";
import { findNamespace, giveBundle, meshClient, outsideClient, startClient, stopClient } from "./clients";
import { checkLeftovers, findContraryIstiods } from "./istiod";
import { openDemoStack } from "./state";
import type { Surroundings } from "./surroundings";
import { formatFindings } from "./table";
import { createUntrustedBundle } from "./untrustedClient";
import { bundleName, type Finding, untrustedName, verify } from "./verification";

/** Deploys the example and runs the checks; returns whether all of them passed. */
export async function up(surroundings: Surroundings): Promise<boolean> {
    const { cluster } = surroundings;
    const stack = await openDemoStack(surroundings);
    await rejectForeignNamespace(cluster, stack);

    printTitle(`pulumi up of examples/httpbin on ${cluster.description}`);
    await stack.mustRun("up", ["--suppress-outputs"], (line) => {
        console.log(line);
    });
    const { clientBundle } = (await stack.outputs()) as { clientBundle: Required<ClientBundle> };

    printTitle("Clients: one in the mesh (namespace test), one outside (namespace outside-the-mesh)");
    await giveClients(cluster, clientBundle);
    const contrary = await findContraryIstiods(cluster);

    printTitle("Checks of httpbin.test.svc.cluster.local, ports 8080 and 8443");
    const findings = await verify(cluster, (finding) => {
        console.log(`${finding.passed ? "pass" : "FAIL"}  ${finding.tried}, ${finding.from}`);
    });
    console.log(`\n${formatFindings(findings)}\n`);
    for (const istiod of contrary) {
        console.log(formatContraryAdvice(cluster, istiod));
    }
    console.log(formatNextSteps(surroundings));
    return printConclusion(findings);
}

/** Starts the clients, and gives the outside one its own bundle and one of an untrusted CA. */
export async function giveClients(cluster: Cluster, bundle: Required<ClientBundle>): Promise<void> {
    await Promise.all([startClient(cluster, meshClient), startClient(cluster, outsideClient)]);
    await giveBundle(cluster, outsideClient, bundleName, bundle);
    await giveBundle(cluster, outsideClient, untrustedName, await createUntrustedBundle());
}

/** Destroys the example; returns whether nothing of it is left. */
export async function down(surroundings: Surroundings): Promise<boolean> {
    const { cluster } = surroundings;
    const stack = await openDemoStack(surroundings);
    printTitle(`pulumi destroy of examples/httpbin on ${cluster.description}`);
    await stack.mustRun("destroy", [], (line) => {
        console.log(line);
    });
    await stack.remove();
    await stopClient(cluster, outsideClient);
    const findings = await checkLeftovers(cluster);
    console.log(`\n${formatFindings(findings)}\n`);
    if (surroundings.context === undefined) {
        console.log(`The lab still runs. Stop it with: npm run lab -- down${formatNameOption(surroundings.lab)}`);
    }
    return printConclusion(findings);
}

/** Protects an existing namespace `test`, which the demo would change, and delete on --down. */
async function rejectForeignNamespace(cluster: Cluster, stack: PulumiStack): Promise<void> {
    const namespace = await findNamespace(cluster, "test");
    if (namespace !== "" && !(await stack.hasResources())) {
        throw new Error(
            `namespace test of ${cluster.description} was not created by the demo, which leaves it unchanged. ` +
                "Delete it, or use another cluster.",
        );
    }
}

function formatContraryAdvice(cluster: Cluster, istiod: string): string {
    const unset = `kubectl -n ${cluster.istioNamespace} set env deployment/${istiod} ENABLE_TLS_ON_SIDECAR_INGRESS-`;
    return (
        `Deployment ${istiod} sets ENABLE_TLS_ON_SIDECAR_INGRESS in its env to a value other than true. The entry takes ` +
        "precedence over the component's patch, so the sidecar does not terminate TLS, and the guard keeps the port closed. " +
        `Remove it with:\n  ${unset}\n`
    );
}

function formatNextSteps({ lab, context }: Surroundings): string {
    const kubectl =
        context !== undefined ? `kubectl --context ${context}` : `npm run lab --${formatNameOption(lab)} kubectl`;
    const down = context !== undefined ? ` --context ${context} --down --yes` : `${formatNameOption(lab)} --down`;
    const look = [
        `${kubectl} -n test get pods,svc,secrets,sidecars,peerauthentications,authorizationpolicies`,
        `${kubectl} -n outside-the-mesh exec deployment/curl -- curl --cacert /tmp/client-ca.crt --cert /tmp/client.crt ` +
            "--key /tmp/client.key https://httpbin.test.svc.cluster.local:8443/headers",
    ];
    return `Look around:\n${look.map((line) => `  ${line}\n`).join("")}Clean up:\n  npm run demo --${down}\n`;
}

function formatNameOption(lab: string): string {
    return lab === "default" ? "" : ` --name ${lab}`;
}

function printTitle(text: string): void {
    console.log(`\n== ${text}`);
}

function printConclusion(findings: readonly Finding[]): boolean {
    const failed = findings.filter(({ passed }) => !passed);
    console.log(failed.length === 0 ? "All checks passed." : `${failed.length} of ${findings.length} checks failed.`);
    return failed.length === 0;
}
