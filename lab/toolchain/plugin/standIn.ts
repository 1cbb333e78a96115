/** The interface of a stand-in for a provider plugin: the engine's resource provider protocol in plain JSON. */
import type { Properties } from "./values";

/** A changed property, with its path in the engine's notation. */
export interface PropertyChange {
    readonly path: string;
    readonly kind: "add" | "delete" | "update";
    readonly replaces: boolean;
    /** Whether the change is between old and new inputs, and not between old outputs and new inputs. */
    readonly inputDiff?: boolean;
}

export interface Difference {
    readonly changes: readonly PropertyChange[];
    /** Paths that cause a replacement although nothing in the program changed. */
    readonly furtherReplaces?: readonly string[];
    readonly deleteBeforeReplace?: boolean;
    /** Whether the response has only the names of top-level properties, and not how they change. */
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
    /** The state that the last Create, Update or Read returned. */
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
    /**
     * Returns the current state, or undefined if the resource no longer exists. `news` are the inputs of the last run.
     */
    read(request: ChangeRequest): Promise<State | undefined>;
    update(request: ChangeRequest): Promise<State>;
    delete(request: ChangeRequest): Promise<void>;
    /** Runs one of the plugin's functions, such as `kubernetes:yaml:decode`. */
    invoke?(token: string, args: Properties): Properties;
    cancel(): void;
}

/** A resource exists but is not ready. The engine keeps its state and reports the reasons. */
export class InitializationError extends Error {
    constructor(
        message: string,
        readonly state: State,
        readonly reasons: readonly string[],
    ) {
        super(message);
    }
}

/** Writes to the engine's log: about one resource, or about the whole run if there is no URN. */
export type Log = (severity: "debug" | "info" | "warning", message: string, urn?: string, ephemeral?: boolean) => void;

/** `urn:pulumi:stack::project::parentType$type::name` */
export function typeOf(urn: string): string {
    return urn.split("::")[2]?.split("$").pop() ?? "";
}

export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
