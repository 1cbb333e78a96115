/** Suites that need the lab: where it cannot run they are skipped with the reason, and in CI that is a failure. */
import { openLab, startLab, stopLab, whyNoLab } from "../../lab";
import type { Cluster } from "../../lab/cluster";

/** A lab of the tests' own, beside the one of the demo; another name lets two suites run side by side. */
const labName = process.env["LAB_TESTS_NAME"] ?? "tests";

const reason = whyNoLab();

/** The lab starts once for all suites; the first time it is built. */
let lab: Promise<Cluster> | undefined;
let startedHere = false;

/** A lab that is up already, for instance to repeat a suite, is used and left up. */
async function openOrStart(): Promise<Cluster> {
    try {
        return await openLab(labName);
    } catch {
        startedHere = true;
        return startLab(labName);
    }
}

// A hook of the root suite: after the last suite, a lab that the tests started is stopped.
after("the lab is down", async function () {
    this.timeout("3m");
    if (startedHere) {
        await stopLab(labName);
    }
});

/** A suite on the lab; `cluster` may be called in its hooks and tests. */
export function describeMesh(title: string, body: (cluster: () => Cluster) => void): void {
    if (reason !== undefined && process.env["CI"] !== "true") {
        describe.skip(`${title} (skipped: ${reason})`, () => {
            body(() => {
                throw new Error(reason);
            });
        });
        return;
    }
    describe(title, () => {
        let cluster: Cluster | undefined;
        before("the lab is up", async function () {
            this.timeout("60m");
            if (reason !== undefined) {
                throw new Error(`The mesh tests must run in CI, but cannot: ${reason}`);
            }
            lab ??= openOrStart();
            cluster = await lab;
        });
        body(() => {
            if (cluster === undefined) {
                throw new Error("the lab is asked for before it is up");
            }
            return cluster;
        });
    });
}
