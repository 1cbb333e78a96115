/** The component's verdict on arguments: a rejection with paths, or the objects that it would create. */
import * as pulumi from "@pulumi/pulumi";
import { SidecarTlsTermination, type SidecarTlsTerminationArgs } from "../../..";
import { record, Recording, Secret } from "../../unit/recording";
import type { Manifest } from "./apiServer";
import type { Case } from "./cases";

export interface Verdict {
    /** The paths and the message of a rejection. */
    readonly rejected?: { readonly paths: readonly string[]; readonly message: string };
    /** The objects registered for Kubernetes, as the provider would send them. */
    readonly manifests: readonly Manifest[];
}

/** Runs the component against the engine's mocks; rethrows an error that is not a rejection. */
export async function verdict({ component, args }: Case): Promise<Verdict> {
    const recording = new Recording();
    const rejected = await withoutStackTraces(() =>
        record(() => new SidecarTlsTermination(component, args as unknown as SidecarTlsTerminationArgs), {}, recording),
    ).then(() => undefined, rejection);
    const kubernetes = recording.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    // A SecretPatch changes a Secret of the component; other patches change existing objects.
    const created = rejected ? kubernetes : kubernetes.filter(({ type }) => !type.endsWith("Patch"));
    return { rejected, manifests: created.map(({ inputs }) => plain(inputs) as Manifest) };
}

function rejection(error: unknown): NonNullable<Verdict["rejected"]> {
    if (pulumi.InputPropertiesError.isInstance(error)) {
        return { paths: error.errors.map(({ propertyPath }) => propertyPath), message: error.message };
    }
    throw error instanceof Error ? error : new Error(String(error));
}

/** Pulumi's SDK captures the stack trace twice for each promise, which takes four fifths of the time of a case. */
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
