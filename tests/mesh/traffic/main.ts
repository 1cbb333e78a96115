/**
 * The process of both clients: `main.ts <configuration file>`. It runs outside the mesh, with access to the addresses of pods
 * and Services and with KUBECONFIG set. It prints a line of JSON (configuration.ts, Line) every 250 ms, and ends on SIGTERM.
 */
import { readFileSync } from "node:fs";
import type { TrafficConfiguration } from "./configuration";
import { FriendlyClient } from "./friendly";
import { HostileClient } from "./hostile";
import { Recorder } from "./recorder";
import { type Target, watchTargets } from "./targets";

const lineMilliseconds = 250;

function fault(error: unknown): never {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
}

function main(): void {
    const configuration = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as TrafficConfiguration;
    const recorder = new Recorder();
    const hostile = new HostileClient(configuration, recorder, fault);
    const friendly = new FriendlyClient(configuration, recorder);
    let targets: readonly Target[] = [];
    const print = (done?: () => void): void => {
        process.stdout.write(`${JSON.stringify(recorder.line(targets))}\n`, done);
    };
    const lines = setInterval(print, lineMilliseconds);
    const end = new AbortController();
    const watching = watchTargets(configuration, end.signal, (found) => {
        if (end.signal.aborted) {
            return;
        }
        targets = found.targets;
        hostile.aim(targets);
        friendly.aim(found.serviceAddress);
    });
    const stop = async (): Promise<void> => {
        end.abort();
        await Promise.all([hostile.stop(), friendly.stop(), watching]);
        clearInterval(lines);
        print(() => process.exit(0));
    };
    const stopOnce = (): void => {
        if (!end.signal.aborted) {
            stop().catch(fault);
        }
    };
    watching.catch(fault);
    process.on("SIGTERM", stopOnce);
    setTimeout(stopOnce, (configuration.limitSeconds ?? 3600) * 1000);
    // The reader of the output is gone.
    process.stdout.on("error", fault);
}

main();
