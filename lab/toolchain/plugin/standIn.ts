/** What a stand-in for a provider plugin does, in plain JSON: the engine's resource provider protocol without the wire. */
import type { Properties } from "./values";

/** One changed property: its path as the engine writes it, and what becomes of it. */
export interface PropertyChange {
    readonly path: string;
    readonly kind: "add" | "delete" | "update";
    readonly replaces: boolean;
    /** Whether the change is between old and new inputs, instead of old outputs and new inputs. */
    readonly inputDiff?: boolean;
}

export interface Difference {
    readonly changes: readonly PropertyChange[];
    /** Paths that replace although nothing in the program changed. */
    readonly furtherReplaces?: readonly string[];
    readonly deleteBeforeReplace?: boolean;
    /** Only the names of the top properties are told, and not what becomes of them. */
    readonly namesOnly?: boolean;
}

export interface CheckRequest {
    readonly urn: string;
    readonly type: string;
    readonly olds: Properties;
    readonly news: Properties;
    readonly randomSeed: Uint8Array;
}

export interface ChangeRequest {
    readonly urn: string;
    readonly type: string;
    readonly id: string;
    /** The state that Create, Update or Read returned last. */
    readonly olds: Properties;
    readonly news: Properties;
    readonly ignoreChanges: readonly string[];
    readonly preview: boolean;
    readonly timeoutSeconds: number;
}

export interface State {
    readonly id: string;
    readonly properties: Properties;
    readonly inputs?: Properties;
}

export interface StandIn {
    readonly version: string;
    configure(settings: Properties): Promise<void>;
    check(request: CheckRequest): Promise<Properties>;
    diff(request: ChangeRequest): Promise<Difference>;
    create(request: ChangeRequest): Promise<State>;
    /** What is there now, or undefined where it is gone. `news` are the inputs of the last run. */
    read(request: ChangeRequest): Promise<State | undefined>;
    update(request: ChangeRequest): Promise<State>;
    delete(request: ChangeRequest): Promise<void>;
    /** Runs one of the plugin's functions, such as `kubernetes:yaml:decode`. */
    invoke?(token: string, args: Properties): Properties;
    cancel(): void;
}

/** A resource exists but is not as it should be: the engine keeps its state and reports the reasons. */
export class InitializationError extends Error {
    constructor(
        message: string,
        readonly state: State,
        readonly reasons: readonly string[],
    ) {
        super(message);
    }
}

/** Writes to the engine's log, about one resource or, without one, about the whole run. */
export type Log = (severity: "debug" | "info" | "warning", message: string, urn?: string, ephemeral?: boolean) => void;

/** `urn:pulumi:stack::project::parentType$type::name` */
export function typeOf(urn: string): string {
    return urn.split("::")[2]?.split("$").pop() ?? "";
}

export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
