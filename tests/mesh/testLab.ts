/** Labs for the tests, separate from the demo's. Set LAB_TESTS_NAME to run the tests twice at the same time. */
import { openLab, startLab } from "../../lab";
import type { Cluster } from "../../lab/cluster";
import { noteStarted } from "../startedLabs";

/** Mocha numbers its parallel workers; each worker has its own lab. */
const worker = Number(process.env["MOCHA_WORKER_ID"] ?? 0);

export const labName = `${process.env["LAB_TESTS_NAME"] ?? "tests"}${worker === 0 ? "" : `-${worker}`}`;

/** Uses a lab that is already up, for example to repeat a suite, and leaves it up; otherwise starts one. */
export async function openOrStart(name: string, options: { readonly istio?: boolean } = {}): Promise<Cluster> {
    try {
        return await openLab(name);
    } catch {
        noteStarted(name);
        return startLab(name, options);
    }
}
