/** Suites that need the lab. On a machine that cannot run it they are skipped with the reason; in CI they fail. */
import { whyNoLab } from "../../lab";
import type { Cluster } from "../../lab/cluster";
import { labName, openOrStart } from "./testLab";

const reason = whyNoLab();

/** The lab is started once for all suites, and built if it is not in the cache. */
let lab: Promise<Cluster> | undefined;

/** Declares a suite that runs in the lab; hooks and tests may call `cluster`. */
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
                throw new Error(`the mesh tests must run in CI, but the lab cannot start: ${reason}`);
            }
            lab ??= openOrStart(labName);
            cluster = await lab;
        });
        body(() => {
            if (cluster === undefined) {
                throw new Error("the lab is not up yet");
            }
            return cluster;
        });
    });
}
