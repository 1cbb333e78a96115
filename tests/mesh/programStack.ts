/** Stacks of the programs in tests/mesh/programs that read their arguments from a file, and the client that they serve. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientBundle, SidecarTlsTerminationArgs } from "../..";
import type { Cluster } from "../../lab/cluster";
import { outsideClient } from "../../lab/demo/clients";
import { type Answer, curl } from "../../lab/demo/curl";
import { PulumiStack, writeProject } from "../../lab/toolchain/stack";
import { servedOutside } from "./outside";

export interface ProgramStack<Args extends object> {
    readonly stack: PulumiStack;
    /** The folder of the stack's state, with everything that the engine writes next to it. */
    readonly stateFolder: string;
    /** Sets the arguments of the next run. */
    setArguments(args: Args): void;
    /** Gives the stack and its project other names, in its state as well; the stack is then the returned one. */
    rename(project: string, name: string): Promise<ProgramStack<Args>>;
    /** Destroys the stack, and removes its files on this machine. */
    remove(): Promise<void>;
}

export interface ServingStack extends ProgramStack<SidecarTlsTerminationArgs> {
    /** Gives the outside client the stack's bundle, and waits until the client is served with it. */
    servesItsClient(): Promise<void>;
    /** Sends one request of that client, which already has the bundle. */
    attempt(): Promise<Answer>;
}

/** Opens a stack of a program, under a name of its own. */
export async function programStack<Args extends object>(
    cluster: Cluster,
    program: string,
    name: string,
    args: Args,
    environment: Readonly<Record<string, string>> = {},
): Promise<ProgramStack<Args>> {
    const folder = mkdtempSync(join(tmpdir(), `${program}-${name}-`));
    const argumentsFile = join(folder, "arguments.json");
    const state = join(folder, "state");
    mkdirSync(state);
    const setArguments = (given: Args): void => {
        writeFileSync(argumentsFile, JSON.stringify(given));
    };
    setArguments(args);
    const open = async (project: string, stackName: string): Promise<ProgramStack<Args>> => {
        writeProject(folder, project, join(__dirname, "programs", program));
        const stack = await PulumiStack.open(cluster, {
            directory: folder,
            stack: stackName,
            backendUrl: `file://${state}?metadata=skip`,
            passphrase: "test",
            environment: { ...environment, CHAIN_ARGUMENTS: argumentsFile },
        });
        const rename = async (otherProject: string, otherName: string) => {
            await stack.must(["stack", "rename", `organization/${otherProject}/${otherName}`]);
            return open(otherProject, otherName);
        };
        const remove = async (): Promise<void> => {
            await stack.mustRun("destroy");
            rmSync(folder, { recursive: true });
        };
        return { stack, stateFolder: state, setArguments, rename, remove };
    };
    return open(program, name);
}

/** Opens a stack of the program `chain`, or of a program with the same outputs. */
export async function servingStack(
    cluster: Cluster,
    name: string,
    args: SidecarTlsTerminationArgs,
    program = "chain",
    environment: Readonly<Record<string, string>> = {},
): Promise<ServingStack> {
    const opened = await programStack(cluster, program, name, args, environment);
    const outputs = async () => (await opened.stack.outputs()) as { url: string; clientBundle: Required<ClientBundle> };
    const attempt = async (): Promise<Answer> =>
        curl(cluster, outsideClient, `${(await outputs()).url}/status/200`, { ca: name, certificate: name });
    return {
        ...opened,
        servesItsClient: async () => servedOutside(cluster, name, await outputs()),
        attempt,
    };
}
