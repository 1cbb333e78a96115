/** How the demo and the mesh tests reach a cluster: the lab's, or one that the user has already. */

/** What a finished command left behind. */
export interface CommandResult {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

export interface CommandOptions {
    readonly cwd?: string;
    /** Added to the environment of the command. */
    readonly env?: Readonly<Record<string, string>>;
    /** Written to the command's standard input. */
    readonly input?: string;
    /** The command is ended after this many seconds (default 120) and counts as failed, with what it had printed. */
    readonly timeoutSeconds?: number;
    /** Called with each line that the command prints on either stream, as it comes. */
    readonly onLine?: (line: string) => void;
}

/** A command that has been started. */
export interface RunningCommand {
    /** None if it could not be started. */
    readonly pid: number | undefined;
    /** What it left behind, once it has ended. */
    readonly result: Promise<CommandResult>;
    /** Signals the command alone: its children live on, as they do when somebody kills it by its id. */
    kill(signal: NodeJS.Signals): void;
    /** Signals the command and its children. */
    killGroup(signal: NodeJS.Signals): void;
}

export interface Cluster {
    /** One line for people: "lab 'default'" or "context 'staging'". */
    readonly description: string;
    /** The name of the lab's instance; none for a cluster of the user's own. */
    readonly lab?: string;
    /** A kubeconfig whose current context is the cluster. */
    readonly kubeconfig: string;
    /** The namespace in which istiod runs. */
    readonly istioNamespace: string;
    /**
     * Runs a command where the cluster can be reached (in the lab: inside its network namespace), with KUBECONFIG set and
     * the cluster's kubectl, istioctl and pulumi on PATH. A command that fails is a result, not an exception.
     */
    run(command: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
    /** Starts a command in the same way, and does not wait for it. */
    start(command: string, args: readonly string[], options?: CommandOptions): RunningCommand;
}
