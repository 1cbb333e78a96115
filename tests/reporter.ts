/** Mocha's own report, and a last line that says it all. */
import Mocha from "mocha";

export = class SummaryReporter extends Mocha.reporters.Spec {
    /** Called after the hooks of the whole run, which print as well. */
    override done(failures: number, exit: (failures: number) => void): void {
        const { passes, failures: failed, pending } = this.stats;
        Mocha.reporters.Base.consoleLog(`${passes} passed, ${failed} failed, ${pending} skipped`);
        exit(failures);
    }
};
