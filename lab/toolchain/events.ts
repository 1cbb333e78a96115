/** Reads what a run of the engine did from its event log (sdk/go/common/apitype/events.go). */

/** One operation on one resource. */
export interface Step {
    /** same, create, update, delete, replace, create-replacement, delete-replaced, refresh, ... */
    readonly operation: string;
    readonly urn: string;
    readonly type: string;
    /** The resource's name in the program. */
    readonly name: string;
    /** How each changed property changes, by path; empty if the plugin does not say, as tls does not. */
    readonly changes: Readonly<Record<string, string>>;
    /** The properties that cause a replacement. */
    readonly replacesFor: readonly string[];
    /** Whether the operation failed. */
    readonly failed: boolean;
}

export interface Diagnostic {
    readonly severity: string;
    readonly message: string;
    /** The resource that the message is about; undefined if it is about the whole run. */
    readonly urn?: string;
}

/** A violation that a policy of a policy pack reports. */
export interface PolicyViolation {
    readonly policyName: string;
    readonly enforcementLevel: string;
    readonly message: string;
    readonly resourceUrn?: string;
}

interface Metadata {
    readonly op: string;
    readonly urn: string;
    readonly type: string;
    readonly keys?: readonly string[] | null;
    readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

interface EngineEvent {
    readonly resourcePreEvent?: { readonly metadata: Metadata };
    readonly resOutputsEvent?: { readonly metadata: Metadata };
    readonly resOpFailedEvent?: { readonly metadata: Metadata };
    readonly diagnosticEvent?: Diagnostic;
    readonly policyEvent?: PolicyViolation;
}

/** What a run did, as far as its event log says. */
export interface Events {
    /** In the order in which they ended. Operations that started and never ended come last. */
    readonly steps: readonly Step[];
    readonly diagnostics: readonly Diagnostic[];
    readonly policyViolations: readonly PolicyViolation[];
    /**
     * How many operations that change something have started, plus how many have ended: a clock that does not depend on
     * the machine.
     */
    readonly changeEvents: number;
}

/** Reads an event log, which the engine may still be writing. */
export function readEvents(log: string): Events {
    const ended = new Map<string, Step>();
    const begun = new Map<string, Step>();
    const diagnostics: Diagnostic[] = [];
    const policyViolations: PolicyViolation[] = [];
    let changeEvents = 0;
    const whole = log.slice(0, log.lastIndexOf("\n") + 1);
    for (const line of whole.split("\n").filter((text) => text.trim() !== "")) {
        const event = JSON.parse(line) as EngineEvent;
        const end = event.resOutputsEvent ?? event.resOpFailedEvent;
        const metadata = (event.resourcePreEvent ?? end)?.metadata;
        if (metadata !== undefined && !unchanging.includes(metadata.op)) {
            changeEvents++;
        }
        if (event.resourcePreEvent !== undefined) {
            const step = toStep(event.resourcePreEvent.metadata, false);
            begun.set(`${step.operation} ${step.urn}`, step);
        }
        if (end !== undefined) {
            const step = toStep(end.metadata, event.resOpFailedEvent !== undefined);
            ended.set(`${step.operation} ${step.urn}`, step);
        }
        // Debug messages are omitted, because the SDK writes secrets to them.
        if (event.diagnosticEvent !== undefined && event.diagnosticEvent.severity !== "debug") {
            const { severity, message, urn } = event.diagnosticEvent;
            diagnostics.push({ severity, message: removeColors(message), ...(urn ? { urn } : {}) });
        }
        if (event.policyEvent !== undefined) {
            policyViolations.push({ ...event.policyEvent, message: removeColors(event.policyEvent.message) });
        }
    }
    const unfinished = [...begun].filter(([key]) => !ended.has(key)).map(([, step]) => step);
    return { steps: [...ended.values(), ...unfinished], diagnostics, policyViolations, changeEvents };
}

/** Removes color tags such as <{%reset%}>. */
function removeColors(message: string): string {
    return message.replaceAll(/<\{%.*?%\}>/g, "");
}

/** Operations that change nothing. A run has one for each resource that stays as it is. */
const unchanging = ["same", "read", "refresh"];

function toStep({ op, urn, type, keys, detailedDiff }: Metadata, failed: boolean): Step {
    const changes = Object.entries(detailedDiff ?? {}).map(([path, change]) => [path, change.diffKind]);
    return {
        operation: op,
        urn,
        type,
        name: urn.split("::").slice(3).join("::"),
        changes: Object.fromEntries(changes) as Record<string, string>,
        replacesFor: keys ?? [],
        failed,
    };
}
