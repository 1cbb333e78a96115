/** Mocha's Spec report, followed by a summary line. */
import Mocha from "mocha";

export = class SummaryReporter extends Mocha.reporters.Spec {
    /** Runs after the hooks of the whole run, which may print, too. */
    override done(failures: number, exit: (failures: number) => void): void {
        const { passes, failures: failed, pending } = this.stats;
        Mocha.reporters.Base.consoleLog(`${passes} passed, ${failed} failed, ${pending} skipped`);
        exit(failures);
    }
};
