/** The lab's command line, `npm run lab -- up` and so on. */
import { spawnSync } from "node:child_process";
import { Command } from "commander";
import { certManagerIssuer, installCertManager } from "./certManager/install";
import { down } from "./down";
import { commandEnvironment } from "./environment";
import { mustBeUp, openLab } from "./index";
import { parseInstanceName } from "./instanceName";
import { inNetwork } from "./node/namespaces";
import { showStatus } from "./status";
import { toolchainEnvironment } from "./toolchain";
import { up } from "./up";

const notes = `
Arguments after kubectl, istioctl, helm, pulumi and exec belong to that command: put --name before them.

Environment:
  LAB_PLUGINS  "real" or "standin": the plugins that pulumi runs with. By default pulumi runs with
               the real plugins if they are installed or can be downloaded, and with the lab's
               stand-ins otherwise.

Exit status:
  0  success; of status: all parts of the lab run
  1  failure; of status: the lab, or a part of it, does not run
  2  invalid arguments
  kubectl, istioctl, helm, pulumi and exec exit with the status of the command.`;

const buildNote = "\nThe first start builds Kubernetes, Istio and Pulumi, which takes about 15 minutes on two cores.";

/** Runs a program on the user's terminal. Its exit status becomes this program's. */
async function passThrough(name: string, command: string, args: readonly string[]): Promise<void> {
    const init = mustBeUp(name);
    const environment = commandEnvironment(name);
    const needsPlugins = !["kubectl", "istioctl", "helm"].includes(command);
    const plugins = needsPlugins ? await toolchainEnvironment(environment) : {};
    const result = spawnSync("nsenter", [...inNetwork(init), command, ...args], {
        stdio: "inherit",
        env: { ...process.env, ...environment, ...plugins },
    });
    process.exitCode = result.status ?? 1;
}

async function start(name: string, istio: boolean): Promise<void> {
    await up(name, { istio });
    showStatus(name);
    const prefix = name === "default" ? "" : `--name ${name} `;
    console.log(`\nLook around: npm run lab -- ${prefix}kubectl get pods --all-namespaces`);
    console.log(`             npm run lab -- ${prefix}exec bash`);
    console.log(`Stop it:     npm run lab -- ${prefix}down`);
}

const program = new Command("npm run lab --")
    .description("Runs a disposable Kubernetes node with Istio, in Linux namespaces of this machine.")
    .enablePositionalOptions()
    .option("--name <name>", "the lab's name, to run several labs side by side", parseInstanceName, "default")
    .addHelpText("after", notes)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** The option may precede or follow the subcommand, except that after kubectl and the like it belongs to them. */
function readName(command: Command): string {
    return command.opts<{ name?: string }>().name ?? program.opts<{ name: string }>().name;
}

function addCommand(name: string, description: string): Command {
    return program
        .command(name)
        .description(description)
        .option("--name <name>", 'the lab\'s name (default: "default")', parseInstanceName);
}

/** Adds a command whose further arguments, options included, belong to the program that it runs. */
function addPassThroughCommand(name: string, description: string): Command {
    return program.command(name).description(description).passThroughOptions().allowUnknownOption().helpOption(false);
}

addCommand("up", "build what is missing and start the lab; does nothing if it runs already")
    .option("--no-istio", "start plain Kubernetes, for a program that installs Istio itself")
    .addHelpText("after", buildNote)
    .action(({ istio }: { istio: boolean }, command: Command) => start(readName(command), istio));

addCommand("down", "stop the lab and remove everything that it left on this machine").action(
    (_options, command: Command) => down(readName(command)),
);

addCommand("status", "list the lab's parts (etcd, kubelet and so on) with state, process, memory and log").action(
    (_options, command: Command) => {
        process.exitCode = showStatus(readName(command)) ? 0 : 1;
    },
);

addCommand("cert-manager", "build cert-manager and install it on a running lab").action(
    async (_options, command: Command) => {
        await installCertManager(await openLab(readName(command)));
        console.log(`cert-manager is ready, with the ClusterIssuer '${certManagerIssuer}'`);
    },
);

for (const tool of ["kubectl", "istioctl", "helm", "pulumi"]) {
    addPassThroughCommand(tool, `run ${tool} against the lab`)
        .argument("[args...]")
        .action((args: string[], _options, command: Command) => passThrough(readName(command), tool, args));
}

addPassThroughCommand("exec", "run any command in the lab's network, with the lab's programs on PATH")
    .argument("<command>")
    .argument("[args...]")
    .action((executable: string, args: string[], _options, command: Command) =>
        passThrough(readName(command), executable, args),
    );

program.parseAsync().catch((error: unknown) => {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    // Ends what still runs, such as the wait for a part that has exited.
    process.exit(1);
});
