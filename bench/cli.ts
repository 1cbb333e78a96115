/** `npm run bench`: how long users wait, in rounds that take turns, because the speed of a machine changes. */
import { Command, InvalidArgumentError } from "commander";
import { startLab, whyNoLab } from "../lab";
import type { Cluster } from "../lab/cluster";
import { findNamespace, succeed } from "../lab/demo/clients";
import { parseInstanceName } from "../lab/instanceName";
import { waitFor } from "../lab/wait";
import { formatTimings } from "./report";
import { pulumiProgram, setFlag, taskByHand, type Way } from "./ways";

interface Options {
    readonly rounds: number;
    readonly flagOn?: boolean;
    readonly name: string;
}

const program = new Command("npm run bench --")
    .description(
        "Times the Istio task in three ways on the lab: its commands by hand (bench/task.sh), a flat Pulumi program, and " +
            "the component. Each way starts from a mesh without the namespace; compare the ratios of one run.",
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .option("--rounds <number>", "rounds of each way, in turn", parseRounds, 10)
    .option("--flag-on", "istiod has the feature flag before; by default each round sets it")
    .option("--name <name>", "the lab's name", parseInstanceName, "bench")
    .addHelpText(
        "after",
        `
One round of the three ways takes about 90 seconds.

Exit status:
  0  all rounds were completed
  1  a command failed
  2  invalid arguments`,
    )
    .action(async (options: Options) => {
        const reason = whyNoLab();
        if (reason !== undefined) {
            throw new Error(reason);
        }
        await bench(await startLab(options.name), options);
    });

async function bench(cluster: Cluster, { rounds, flagOn = false }: Options): Promise<void> {
    const ways = [
        await taskByHand(cluster),
        await pulumiProgram(cluster, "flat program", "flat"),
        await pulumiProgram(cluster, "component", "component"),
    ];
    const timings = new Map<string, Map<string, number[]>>();
    const time = async <T>(what: string, way: Way, work: () => Promise<T>): Promise<T> => {
        const start = performance.now();
        const result = await work();
        const seconds = (performance.now() - start) / 1000;
        const byWay = timings.get(what) ?? new Map<string, number[]>();
        byWay.set(way.name, [...(byWay.get(way.name) ?? []), seconds]);
        timings.set(what, byWay);
        console.error(`  ${way.name}: ${what} ${seconds.toFixed(1)} s`);
        return result;
    };
    if ((await findNamespace(cluster, "test")) !== "") {
        throw new Error(`${cluster.description} has a namespace test already. Delete it, or use another lab (--name)`);
    }
    const flag = await pulumiProgram(cluster, "flag", "flag");
    try {
        if (flagOn) {
            await flag.create();
        }
        for (let round = 1; round <= rounds; round++) {
            console.error(`round ${round} of ${rounds}`);
            // Another way is the first in each round.
            const first = round % ways.length;
            for (const way of [...ways.slice(first), ...ways.slice(0, first)]) {
                await setFlag(cluster, flagOn);
                await oneIstiod(cluster);
                const failures = await time("first 200", way, async () => firstAnswer(cluster, await way.create()));
                if (failures > 0) {
                    console.error(`  ${way.name}: ${failures} attempts failed after the commands had ended`);
                }
                for (const [what, operation] of Object.entries(way.idle ?? {})) {
                    await time(what, way, operation);
                }
                await time("destroy", way, () => way.destroy());
            }
        }
    } finally {
        await cleanUp(cluster, [...ways, flag]);
    }
    console.log(
        formatTimings(
            timings,
            ways.map(({ name }) => name),
        ),
    );
}

/** Removes what a failed round left as well. A way that cannot be destroyed does not keep the others. */
async function cleanUp(cluster: Cluster, ways: readonly Way[]): Promise<void> {
    for (const way of ways) {
        await way.destroy().catch((error: unknown) => {
            console.error(`${way.name}: ${(error as Error).message}`);
        });
        way.remove();
    }
    await setFlag(cluster, false);
}

/** The number of attempts that failed before. */
async function firstAnswer(cluster: Cluster, folder: string): Promise<number> {
    const get = ["-n", "test", "get", "service", "httpbin", "-o", "jsonpath={.spec.clusterIP}"];
    const address = await succeed(cluster, "kubectl", get);
    return Number(await succeed(cluster, process.execPath, [`${__dirname}/probe.js`, address, folder]));
}

/** Waits until one istiod is left, which is ready. */
async function oneIstiod(cluster: Cluster): Promise<void> {
    const istiod = ["-n", cluster.istioNamespace];
    await succeed(cluster, "kubectl", [...istiod, "rollout", "status", "deployment/istiod", "--timeout=120s"]);
    await waitFor("one istiod", 60, async () => {
        const pods = await succeed(cluster, "kubectl", [...istiod, "get", "pod", "-l", "app=istiod", "-o", "name"]);
        return pods.trim().split("\n").length === 1 ? undefined : pods;
    });
}

function parseRounds(text: string): number {
    const rounds = Number(text);
    if (!Number.isInteger(rounds) || rounds < 1) {
        throw new InvalidArgumentError("It must be a whole number of at least 1.");
    }
    return rounds;
}

program.parseAsync().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
