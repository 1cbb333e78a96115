/** Labs of the tests' own, beside the one of the demo; another name lets two runs of the tests go on side by side. */
import { openLab, startLab } from "../../lab";
import type { Cluster } from "../../lab/cluster";
import { noteStarted } from "../startedLabs";

/** Mocha numbers its workers, which run suites at the same time: each has a lab of its own. */
const worker = Number(process.env["MOCHA_WORKER_ID"] ?? 0);

export const labName = `${process.env["LAB_TESTS_NAME"] ?? "tests"}${worker === 0 ? "" : `-${worker}`}`;

/** A lab that is up already, for instance to repeat a suite, is used and left up. */
export async function openOrStart(name: string, options: { readonly istio?: boolean } = {}): Promise<Cluster> {
    try {
        return await openLab(name);
    } catch {
        noteStarted(name);
        return startLab(name, options);
    }
}
