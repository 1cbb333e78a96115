/** Mocha's own report, and a last line that says it all. */
import Mocha from "mocha";

export = class SummaryReporter extends Mocha.reporters.Spec {
    override epilogue(): void {
        super.epilogue();
        const { passes, failures, pending } = this.stats;
        Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed, ${pending} skipped`);
    }
};
