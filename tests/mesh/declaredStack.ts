/** A stack of a program that registers the resources it is given, so that each test declares them in place. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "../../lab/cluster";
import { type Operation, PulumiStack, type StackResult, writeProject } from "../../lab/toolchain/stack";

/** A resource of @pulumi/kubernetes or @pulumi/tls, by its class such as `kubernetes.core.v1.Namespace`; or a component, by its type token. */
export interface Declared {
    readonly name: string;
    readonly type: string;
    /** Undefined for an object that is only read. */
    readonly args?: object;
    /** The ID of an existing object that the program reads, as text or as `{ from: [resource, property] }`. */
    readonly read?: string | { readonly from: readonly [string, string] };
    readonly options?: {
        readonly dependsOn?: readonly string[];
        readonly ignoreChanges?: readonly string[];
        readonly retainOnDelete?: boolean;
        readonly parent?: string;
    };
}

export interface DeclaredStack {
    readonly stack: PulumiStack;
    /** Puts these resources into the program, for commands that run on the stack directly. */
    declare(resources: readonly Declared[]): void;
    /** Runs the engine with these resources in the program. */
    run(operation: Operation, resources: readonly Declared[], args?: readonly string[]): Promise<StackResult>;
    /** Runs the engine like `run`, and throws if the run fails. */
    mustRun(operation: Operation, resources: readonly Declared[], args?: readonly string[]): Promise<StackResult>;
    outputs(): Promise<Record<string, unknown>>;
    /** Removes the stack's files on this machine. */
    forget(): void;
}

/** `outputs` maps each stack output to a resource and its property. */
export async function declaredStack(
    cluster: Cluster,
    name: string,
    outputs: Readonly<Record<string, { readonly from: readonly [string, string] }>> = {},
    environment: Readonly<Record<string, string>> = {},
): Promise<DeclaredStack> {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    const declared = join(folder, "declared.json");
    const state = join(folder, "state");
    mkdirSync(state);
    writeProject(folder, "declared", join(__dirname, "programs", "declared"));
    const declare = (resources: readonly Declared[]): void => {
        const names = new Set(resources.map((resource) => resource.name));
        const shown = Object.entries(outputs).filter(([, { from }]) => names.has(from[0]));
        writeFileSync(declared, JSON.stringify({ resources, outputs: Object.fromEntries(shown) }));
    };
    const stack = await PulumiStack.open(cluster, {
        directory: folder,
        stack: name,
        // Metadata files are off: a killed engine leaves them empty and cannot read them again.
        backendUrl: `file://${state}?metadata=skip`,
        passphrase: "not secret",
        environment: { ...environment, DECLARED_RESOURCES: declared },
    });
    return {
        stack,
        declare,
        run: (operation, resources, args = []) => {
            declare(resources);
            return stack.run(operation, args);
        },
        mustRun: (operation, resources, args = []) => {
            declare(resources);
            return stack.mustRun(operation, args);
        },
        outputs: () => stack.outputs(),
        forget: () => {
            rmSync(folder, { recursive: true });
        },
    };
}
