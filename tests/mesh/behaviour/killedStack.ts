/** A stack whose runs are killed in the middle, and what the tests ask about it. */
import { expect } from "chai";
import type { Cluster, CommandResult } from "../../../lab/cluster";
import type { InterruptedRun } from "../../../lab/toolchain/stack";
import { Declared, DeclaredStack, declaredStack } from "../declaredStack";
import { eventually } from "../eventually";
import { ClusterObject, Kubectl, kubectlFor } from "../kubectl";
import { recoveryLines, runLine } from "../recovery";

const [takeLockAway = "", adopt = "", forgetPending = ""] = recoveryLines("up");

/** The documented commands, line by line. */
export const commands = { takeLockAway, adopt, forgetPending };

export class KilledStack {
    private interrupted: InterruptedRun | undefined;

    private constructor(
        readonly kubectl: Kubectl,
        readonly declared: DeclaredStack,
        private readonly namespace: string,
    ) {}

    /** In a namespace that is not the stack's own, so that nothing else takes away what a run leaves. */
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

    /** Starts a run and kills it once the object looks so. */
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

    /** Ends what the killed run left behind; it goes by itself, but later. */
    async endChildren(): Promise<void> {
        await this.interrupted?.endChildren();
        this.interrupted = undefined;
    }

    async find(kind: string, name: string): Promise<ClusterObject | undefined> {
        return (await this.kubectl.list(kind, this.namespace)).find(({ metadata }) => metadata.name === name);
    }

    /** Runs a command as it is documented, with these resources in the program. */
    line(command: string, resources: readonly Declared[]): Promise<CommandResult> {
        this.declared.declare(resources);
        return runLine(this.declared.stack, command);
    }

    /** The same for a command that has to succeed. */
    async mustLine(command: string, resources: readonly Declared[]): Promise<void> {
        const { exitCode, stdout, stderr } = await this.line(command, resources);
        expect(exitCode, stdout + stderr).to.equal(0);
    }

    /** The pending operations of the state, such as `creating workload`. */
    async pending(): Promise<string[]> {
        const { pending_operations = [] } = await this.declared.stack.export();
        return pending_operations.map(({ type, resource }) => `${type} ${resource.urn.split("::").pop() ?? ""}`);
    }

    /** With a finalizer an object's deletion goes on until it is taken off again. */
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
