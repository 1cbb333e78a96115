/** `npm run demo`: deploys the example on a mesh, and shows the checks of the Istio task as a table. */
import { Command } from "commander";
import { openContext, startLab, whyNoLab } from "..";
import { parseInstanceName } from "../instanceName";
import { down, up } from "./demo";
import type { Surroundings } from "./surroundings";

interface Options {
    readonly down?: boolean;
    readonly context?: string;
    readonly istioNamespace: string;
    readonly yes?: boolean;
    readonly name: string;
}

const exitStatus = `
Exit status:
  0  all checks passed
  1  a check failed, or the checks could not be run
  2  invalid arguments`;

const program = new Command("npm run demo --")
    .description(
        "Deploys examples/httpbin on the lab, a disposable mesh on this machine, or on an existing cluster. Then runs " +
            "the checks of the Istio task, and checks that all other clients are rejected.\n" +
            "The first run builds the lab, which takes about 15 minutes on two cores.",
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .option("--down", "destroy the example and check that nothing is left; the lab keeps running")
    .option("--context <name>", "use the cluster of this kubeconfig context; builds nothing")
    .option("--istio-namespace <name>", "with --context: istiod's namespace", "istio-system")
    .option("--yes", "with --context: make the changes; without --yes they are only listed")
    .option("--name <name>", "without --context: the lab's name", parseInstanceName, "default")
    .addHelpText("after", exitStatus)
    .action(async (options: Options) => {
        const surroundings = await prepare(options);
        const passed = surroundings && (await (options.down ? down : up)(surroundings));
        process.exitCode = passed ? 0 : 1;
    });

async function prepare(options: Options): Promise<Surroundings | undefined> {
    if (options.context === undefined) {
        const reason = whyNoLab();
        if (reason !== undefined) {
            console.error(reason);
            return undefined;
        }
        return { cluster: await startLab(options.name), lab: options.name };
    }
    if (!options.yes) {
        console.error(formatChanges(options.context, options.istioNamespace, options.down ?? false));
        return undefined;
    }
    return {
        cluster: await openContext(options.context, options.istioNamespace),
        lab: options.name,
        context: options.context,
    };
}

function formatChanges(context: string, istioNamespace: string, isDown: boolean): string {
    const changes = isDown
        ? [
              "namespace test: is deleted with everything in it, if the demo created it",
              "namespace outside-the-mesh: is deleted",
              `namespace ${istioNamespace}: the feature flag is removed from istiod, which restarts`,
          ]
        : [
              "namespace test: is created, with the example and a client",
              "namespace outside-the-mesh: is created, with a client",
              `namespace ${istioNamespace}: ConfigMap istiod-sidecar-ingress-tls is created, and istiod's Deployment gets an ` +
                  "envFrom entry for it; istiod restarts once",
          ];
    const lines = changes.map((change) => `  - ${change}`);
    return [
        `This command makes these changes in the cluster of context ${context}:`,
        ...lines,
        "To make them, add --yes.",
    ].join("\n");
}

program.parseAsync().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
