/**
 * Shows the running step, the elapsed time and an estimate of the time left: on a terminal as one line that is overwritten,
 * in a log as a new line every 15 seconds. The estimate uses each step's usual duration (on two cores) and, within a step,
 * the share that is done.
 */
export interface PlannedStep {
    readonly title: string;
    readonly expectedSeconds: number;
}

/** Reports in words what the running step does, and the share of it that is done (0 to 1). */
export type Report = (detail: string, shareDone?: number) => void;

const logIntervalSeconds = 15;

export function formatSeconds(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export class Progress {
    private readonly begun = Date.now();
    private readonly waiting: PlannedStep[];
    private readonly total: number;
    private shown = 0;
    private onTerminal = process.stderr.isTTY;
    private lineOpen = false;

    constructor(plan: readonly PlannedStep[]) {
        this.waiting = [...plan];
        this.total = plan.length;
    }

    elapsedSeconds(): number {
        return (Date.now() - this.begun) / 1000;
    }

    /** Prints a line that stays on the screen. */
    say(line: string): void {
        this.closeLine();
        process.stderr.write(`${line}\n`);
    }

    /** Runs the next step of the plan. */
    async step<T>(title: string, action: (report: Report) => Promise<T>): Promise<T> {
        const step = this.waiting.shift();
        if (step?.title !== title) {
            throw new Error(`step "${title}" is not the next one of the plan`);
        }
        const number = this.total - this.waiting.length;
        const begun = Date.now();
        let detail = "";
        let share = 0;
        const show = (force: boolean): void => {
            this.show(number, step, begun, detail, share, force);
        };
        show(true);
        const ticker = setInterval(() => {
            show(false);
        }, 1000);
        try {
            const result = await action((newDetail, shareDone) => {
                detail = newDetail;
                share = shareDone ?? share;
            });
            const seconds = (Date.now() - begun) / 1000;
            this.say(`[${number}/${this.total}] ${title}: done in ${formatSeconds(seconds)}`);
            return result;
        } finally {
            clearInterval(ticker);
            this.closeLine();
        }
    }

    private show(
        number: number,
        step: PlannedStep,
        begun: number,
        detail: string,
        share: number,
        force: boolean,
    ): void {
        const inStep = (Date.now() - begun) / 1000;
        // The more of the step is done, the more its own pace counts.
        const byExpectation = step.expectedSeconds * (1 - share);
        const byPace = share > 0 ? (inStep / share) * (1 - share) : 0;
        const ofStep = share > 0 ? (1 - share) * byExpectation + share * byPace : Math.max(0, byExpectation - inStep);
        const left = this.waiting.reduce((sum, { expectedSeconds }) => sum + expectedSeconds, ofStep);
        const times = `${formatSeconds(this.elapsedSeconds())} elapsed, about ${formatSeconds(left)} left`;
        // The times come first, because a narrow terminal cuts off the end.
        const line = `[${number}/${this.total}] ${step.title} (${times})${detail === "" ? "" : `: ${detail}`}`;
        if (this.onTerminal) {
            const width = Math.max(40, process.stderr.columns) - 1;
            process.stderr.write(`\r\x1b[2K${line.slice(0, width)}`);
            this.lineOpen = true;
        } else if (force || Date.now() - this.shown > logIntervalSeconds * 1000) {
            process.stderr.write(`${line}\n`);
            this.shown = Date.now();
        }
    }

    private closeLine(): void {
        if (this.lineOpen) {
            process.stderr.write("\r\x1b[2K");
            this.lineOpen = false;
        }
    }
}
