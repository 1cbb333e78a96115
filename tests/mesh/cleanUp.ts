/** Registers how something that a suite has made is taken away again. */
export type Later = (step: () => Promise<void>) => void;

/** A hook of the suite that takes these steps in reverse order, whatever happened. */
export function cleanUp(): Later {
    const steps: (() => Promise<void>)[] = [];
    after("all of it is taken away", async function () {
        this.timeout("5m");
        for (const step of steps.reverse()) {
            await step();
        }
    });
    return (step) => void steps.push(step);
}
