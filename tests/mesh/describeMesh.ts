/** Suites that need the lab: where it cannot run they are skipped with the reason, and in CI that is a failure. */
import { whyNoLab } from "../../lab";
import type { Cluster } from "../../lab/cluster";
import { labName, openOrStart } from "./testLab";

const reason = whyNoLab();

/** The lab starts once for all suites; the first time it is built. */
let lab: Promise<Cluster> | undefined;

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
            lab ??= openOrStart(labName);
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
