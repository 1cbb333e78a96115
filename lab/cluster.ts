/** How the demo and the mesh tests reach a cluster: the lab's, or an existing one. */

/** The result of a finished command. */
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
    /** Stops the command after this many seconds (default 120); it then counts as failed, with the output so far. */
    readonly timeoutSeconds?: number;
    /** Called with each line that the command prints on either stream, as it is printed. */
    readonly onLine?: (line: string) => void;
}

/** A command that has been started. */
export interface RunningCommand {
    /** Undefined if the command could not be started. */
    readonly pid: number | undefined;
    /** Resolves when the command has ended. */
    readonly result: Promise<CommandResult>;
    /** Signals the command alone. Its children keep running, as they do after a `kill` of its process ID. */
    kill(signal: NodeJS.Signals): void;
    /** Signals the command and its children. */
    killGroup(signal: NodeJS.Signals): void;
}

export interface Cluster {
    /** One line for people: "lab 'default'" or "context 'staging'". */
    readonly description: string;
    /** The name of the lab; undefined for an existing cluster. */
    readonly lab?: string;
    /** A kubeconfig whose current context is the cluster. */
    readonly kubeconfig: string;
    /** The namespace in which istiod runs. */
    readonly istioNamespace: string;
    /**
     * Runs a command where it can reach the cluster (for a lab: in its network namespace), with KUBECONFIG set and the
     * cluster's kubectl, istioctl and pulumi on PATH. A failed command is a result, not an exception.
     */
    run(command: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
    /** Starts a command as `run` does, without waiting for it to end. */
    start(command: string, args: readonly string[], options?: CommandOptions): RunningCommand;
}
