/** What the component says to arguments: a refusal with paths, or the objects that it would create. */
import * as pulumi from "@pulumi/pulumi";
import { SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../../..";
import { record, Recording, Secret } from "../../unit/recording";
import type { Manifest } from "./apiServer";
import type { Case } from "./cases";

export interface Verdict {
    /** The paths and the message of a refusal. */
    readonly refused?: { readonly paths: readonly string[]; readonly message: string };
    /** What was registered for Kubernetes, as the provider would send it. */
    readonly manifests: readonly Manifest[];
}

/** Runs the component against the engine's mocks; an error that is no refusal is thrown. */
export async function verdict({ component, args }: Case): Promise<Verdict> {
    const recording = new Recording();
    const refused = await withoutStackTraces(() =>
        record(() => new SidecarTlsTermination(component, args as unknown as SidecarTlsTerminationArgs), {}, recording),
    ).then(() => undefined, refusal);
    const kubernetes = recording.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    // A patch of a Secret goes to the Secret that stands beside it; other patches go to what others made.
    const created = refused ? kubernetes : kubernetes.filter(({ type }) => !type.endsWith("Patch"));
    return { refused, manifests: created.map(({ inputs }) => plain(inputs) as Manifest) };
}

function refusal(error: unknown): NonNullable<Verdict["refused"]> {
    if (pulumi.InputPropertiesError.isInstance(error)) {
        return { paths: error.errors.map(({ propertyPath }) => propertyPath), message: error.message };
    }
    throw error instanceof Error ? error : new Error(String(error));
}

/** Pulumi's SDK reads the stack twice for each promise, which takes four fifths of the time of a case. */
async function withoutStackTraces<T>(run: () => Promise<T>): Promise<T> {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return await run();
    } finally {
        Error.stackTraceLimit = limit;
    }
}

function plain(value: unknown): unknown {
    if (value instanceof Secret) {
        return plain(value.value);
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
        : value;
}
