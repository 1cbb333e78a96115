/** Mocha's Spec report, the slow files, and a summary line. */
import { relative } from "node:path";
import Mocha from "mocha";

/** Files that take no longer are not worth a line, nor a place at the front of package.json's list. */
const slowSeconds = 10;

export = class SummaryReporter extends Mocha.reporters.Spec {
    readonly #millisecondsOf = new Map<string, number>();

    constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
        super(runner, options);
        const add = ({ file, duration = 0 }: Mocha.Runnable): void => {
            if (file !== undefined) {
                this.#millisecondsOf.set(file, (this.#millisecondsOf.get(file) ?? 0) + duration);
            }
        };
        runner.on("test end", add);
        runner.on("hook end", add);
    }

    /** Runs after the hooks of the whole run, which may print, too. */
    override done(failures: number, exit: (failures: number) => void): void {
        const { passes, failures: failed, pending } = this.stats;
        const print = Mocha.reporters.Base.consoleLog;
        const slow = [...this.#millisecondsOf].filter(([, milliseconds]) => milliseconds >= slowSeconds * 1000);
        for (const [file, milliseconds] of slow.sort(([, one], [, other]) => other - one)) {
            print(`${(milliseconds / 1000).toFixed(0).padStart(5)} s  ${relative(process.cwd(), file)}`);
        }
        print(`${passes} passed, ${failed} failed, ${pending} skipped`);
        exit(failures);
    }
};
