/** A stack whose runs are killed half-way, and queries on what they leave. */
import { expect } from "chai";
import type { Cluster, CommandResult } from "../../../lab/cluster";
import type { InterruptedRun } from "../../../lab/toolchain/stack";
import { type Declared, type DeclaredStack, declaredStack } from "../declaredStack";
import { eventually } from "../eventually";
import { type ClusterObject, type Kubectl, kubectlFor } from "../kubectl";
import { recoveryLines, runLine } from "../recovery";

const [removeLock = "", adopt = "", forgetPending = ""] = recoveryLines("up");

/** The documented commands, line by line. */
export const commands = { removeLock, adopt, forgetPending };

export class KilledStack {
    private interrupted: InterruptedRun | undefined;

    private constructor(
        readonly kubectl: Kubectl,
        readonly declared: DeclaredStack,
        private readonly namespace: string,
    ) {}

    /** Opens a stack in a namespace that the stack does not own, so that nothing else deletes what a run leaves. */
    static async open(cluster: Cluster, name: string, namespace: string): Promise<KilledStack> {
        const kubectl = kubectlFor(cluster);
        await kubectl.run("create", "namespace", namespace);
        return new KilledStack(kubectl, await declaredStack(cluster, name), namespace);
    }

    async close(): Promise<void> {
        await this.endChildren();
        await this.kubectl.deleteNamespace(this.namespace);
        this.declared.forget();
    }

    /** Starts a run, and kills it once `isThere` accepts the object. */
    async killWhen(
        operation: "up" | "destroy",
        [kind, name]: readonly [string, string],
        isThere: (object: ClusterObject | undefined) => boolean,
        resources: readonly Declared[],
    ): Promise<void> {
        this.declared.declare(resources);
        this.interrupted = await this.declared.stack.runAndKill(operation, () =>
            eventually(`${kind} ${name}`, () => this.find(kind, name), isThere),
        );
        const { killed, stdout, stderr } = this.interrupted;
        expect(killed, stdout + stderr).to.equal(true);
    }

    /** Ends the child processes of the killed run; they end on their own, but later. */
    async endChildren(): Promise<void> {
        await this.interrupted?.endChildren();
        this.interrupted = undefined;
    }

    async find(kind: string, name: string): Promise<ClusterObject | undefined> {
        return (await this.kubectl.list(kind, this.namespace)).find(({ metadata }) => metadata.name === name);
    }

    /** Runs a documented command, with these resources in the program. */
    line(command: string, resources: readonly Declared[]): Promise<CommandResult> {
        this.declared.declare(resources);
        return runLine(this.declared.stack, command);
    }

    /** Runs a documented command like `line`, and fails if the command fails. */
    async mustLine(command: string, resources: readonly Declared[]): Promise<void> {
        const { exitCode, stdout, stderr } = await this.line(command, resources);
        expect(exitCode, stdout + stderr).to.equal(0);
    }

    /** The pending operations of the state, such as `creating workload`. */
    async pending(): Promise<string[]> {
        const { pending_operations = [] } = await this.declared.stack.export();
        return pending_operations.map(({ type, resource }) => `${type} ${resource.urn.split("::").pop() ?? ""}`);
    }

    /** Sets the finalizers of an object; its deletion does not complete until they are removed. */
    async setFinalizers(kind: string, name: string, finalizers: readonly string[]): Promise<void> {
        const patch = ["--type=merge", "-p", JSON.stringify({ metadata: { finalizers } })];
        await this.kubectl.run("patch", kind, name, "-n", this.namespace, ...patch);
    }
}

export const finalizer = "example.com/held";

export function isBeingDeleted(object: ClusterObject | undefined): boolean {
    return object?.metadata.deletionTimestamp !== undefined;
}

export function isThere(object: ClusterObject | undefined): boolean {
    return object !== undefined;
}
