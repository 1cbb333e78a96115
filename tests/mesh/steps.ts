/** Queries on the steps of a run. */
import type { Step } from "../../lab/toolchain/events";

/** The steps that change a resource: not refreshes and reads, and not steps of the engine's own resources. */
export function changed(steps: readonly Step[]): Step[] {
    return steps.filter(
        ({ operation, type }) => !["same", "refresh", "read"].includes(operation) && !type.startsWith("pulumi:"),
    );
}

export function operationsOn(steps: readonly Step[], name: string): string[] {
    return steps
        .filter((step) => step.name === name && !step.type.startsWith("pulumi:"))
        .map(({ operation }) => operation);
}

export function stepOn(steps: readonly Step[], name: string, operation: string): Step {
    const step = steps.find((candidate) => candidate.name === name && candidate.operation === operation);
    if (step === undefined) {
        throw new Error(`no ${operation} of ${name}, but ${JSON.stringify(operationsOn(steps, name))}`);
    }
    return step;
}
