/** Registers a step that removes something that a suite created. */
export type Later = (step: () => Promise<void>) => void;

/** Adds a hook to the suite that runs these steps in reverse order, also after a failure. */
export function cleanUp(): Later {
    const steps: (() => Promise<void>)[] = [];
    after("everything the suite created is removed", async function () {
        this.timeout("5m");
        for (const step of steps.reverse()) {
            await step();
        }
    });
    return (step) => void steps.push(step);
}
