/** What a run of the engine did, from its event log (sdk/go/common/apitype/events.go). */

/** What became of one resource. */
export interface Step {
    /** same, create, update, delete, replace, create-replacement, delete-replaced, refresh, ... */
    readonly operation: string;
    readonly urn: string;
    readonly type: string;
    /** The resource's name in the program. */
    readonly name: string;
    /** Each changed property's path, and how it changes; empty where the plugin does not say how, as tls does not. */
    readonly changes: Readonly<Record<string, string>>;
    /** The properties for which it is replaced. */
    readonly replacesFor: readonly string[];
    /** The engine gave up on it. */
    readonly failed: boolean;
}

export interface Diagnostic {
    readonly severity: string;
    readonly message: string;
    /** The resource that it is about; none for the whole run. */
    readonly urn?: string;
}

/** What a policy of a policy pack says. */
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

/** What a run did, as far as its event log goes. */
export interface Events {
    /** In the order in which they ended; one that was begun and never ended comes last. */
    readonly steps: readonly Step[];
    readonly diagnostics: readonly Diagnostic[];
    readonly policyViolations: readonly PolicyViolation[];
    /** How often a step that changes something has begun or ended: a clock that goes with the run, not with the machine. */
    readonly changeEvents: number;
}

/** Reads an event log, which may still be written. */
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
        // Debug messages are left out: the SDK writes secrets into them.
        if (event.diagnosticEvent !== undefined && event.diagnosticEvent.severity !== "debug") {
            const { severity, message, urn } = event.diagnosticEvent;
            diagnostics.push({ severity, message: withoutColours(message), ...(urn ? { urn } : {}) });
        }
        if (event.policyEvent !== undefined) {
            policyViolations.push({ ...event.policyEvent, message: withoutColours(event.policyEvent.message) });
        }
    }
    const unfinished = [...begun].filter(([key]) => !ended.has(key)).map(([, step]) => step);
    return { steps: [...ended.values(), ...unfinished], diagnostics, policyViolations, changeEvents };
}

/** Colours are tags such as <{%reset%}>. */
function withoutColours(message: string): string {
    return message.replaceAll(/<\{%.*?%\}>/g, "");
}

/** A run has as many of these as its program has resources, whatever it changes. */
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
