/** `npm run demo`: the example on a mesh, and the page's verification as a table. */
import { Command } from "commander";
import { openContext, startLab, whyNoLab } from "..";
import { down, up } from "./demo";
import type { Surroundings } from "./surroundings";

interface Options {
    readonly down?: boolean;
    readonly context?: string;
    readonly istioNamespace: string;
    readonly yes?: boolean;
    readonly name: string;
}

const program = new Command("npm run demo --")
    .description(
        "Runs examples/httpbin on a throw-away mesh, or on a cluster of yours, and tries what the page tries.\n" +
            "Exit status 0 only if all of it holds.",
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .option("--down", "destroy the example and show that nothing is left")
    .option("--context <name>", "use the cluster of this kubeconfig context; nothing is built")
    .option("--istio-namespace <name>", "with --context: the namespace of istiod", "istio-system")
    .option("--yes", "with --context: agree to the changes that are printed without it")
    .option("--name <name>", "without --context: which throw-away mesh", "default")
    .action(async (options: Options) => {
        const surroundings = await prepare(options);
        const passed = surroundings && (await (options.down ? down : up)(surroundings));
        process.exitCode = passed ? 0 : 1;
    });

async function prepare(options: Options): Promise<Surroundings | undefined> {
    if (options.context === undefined) {
        const reason = whyNoLab();
        if (reason !== undefined) {
            console.error(`${reason}\nUse a cluster of yours: npm run demo -- --context NAME`);
            return undefined;
        }
        return { cluster: await startLab(options.name), lab: options.name };
    }
    if (!options.yes) {
        console.error(intention(options.context, options.istioNamespace, options.down ?? false));
        return undefined;
    }
    return {
        cluster: await openContext(options.context, options.istioNamespace),
        lab: options.name,
        context: options.context,
    };
}

function intention(context: string, istioNamespace: string, isDown: boolean): string {
    const changes = isDown
        ? [
              "namespace test: deleted, with all in it, if the demo made it",
              "namespace outside-the-mesh: deleted",
              `namespace ${istioNamespace}: the feature flag is taken off istiod, which restarts`,
          ]
        : [
              "namespace test: created, with the example and a client in it",
              "namespace outside-the-mesh: created, with a client in it",
              `namespace ${istioNamespace}: ConfigMap istiod-sidecar-ingress-tls, and an envFrom entry for it in istiod's Deployment; istiod restarts once`,
          ];
    const lines = changes.map((change) => `  - ${change}`);
    return [`This would change the cluster of context ${context}:`, ...lines, "Add --yes to do it."].join("\n");
}

program.parseAsync().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
