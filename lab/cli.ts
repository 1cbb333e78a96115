/** The command line of the lab: `npm run lab -- up | down | status | cert-manager | kubectl | istioctl | helm | pulumi | exec`. */
import { spawnSync } from "node:child_process";
import { Command, InvalidArgumentError } from "commander";
import { certManagerIssuer, installCertManager } from "./certManager/install";
import { down } from "./down";
import { commandEnvironment } from "./environment";
import { mustBeUp, openLab } from "./index";
import { inNetwork } from "./node/namespaces";
import { showStatus } from "./status";
import { toolchainEnvironment } from "./toolchain";
import { up } from "./up";

function instanceName(value: string): string {
    if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(value)) {
        throw new InvalidArgumentError("It is up to 30 small letters, digits and hyphens inside.");
    }
    return value;
}

/** Runs a program on the terminal of the user; its exit status becomes ours. */
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

async function main(): Promise<void> {
    const program = new Command("lab")
        .description("A throw-away Kubernetes node with Istio, in namespaces of its own on this machine.")
        .enablePositionalOptions()
        .option("--name <name>", "instance, for more than one lab side by side", instanceName, "default")
        .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
    // before or after the subcommand; after kubectl and the like it would be theirs
    const name = (command: Command) => command.opts<{ name?: string }>().name ?? program.opts<{ name: string }>().name;
    const withName = (command: Command) => command.option("--name <name>", "instance", instanceName);

    withName(program.command("up").description("build what is missing and start; does nothing if it is up"))
        .option("--no-istio", "a mere Kubernetes, for a program that installs Istio itself")
        .action(async ({ istio }: { istio: boolean }, command: Command) => {
            await up(name(command), { istio });
            showStatus(name(command));
            const prefix = name(command) === "default" ? "" : `--name ${name(command)} `;
            console.log(`\nLook around:  npm run lab -- ${prefix}kubectl get pods --all-namespaces`);
            console.log(`              npm run lab -- ${prefix}exec bash`);
            console.log(`Take it away: npm run lab -- ${prefix}down`);
        });
    withName(program.command("down").description("end it and remove all that it left on this machine")).action(
        async (_options, command: Command) => down(name(command)),
    );
    withName(program.command("status").description("show the parts, their processes, memory and logs")).action(
        (_options, command: Command) => {
            process.exitCode = showStatus(name(command)) ? 0 : 1;
        },
    );
    withName(program.command("cert-manager").description("build and install cert-manager on a lab that is up")).action(
        async (_options, command: Command) => {
            await installCertManager(await openLab(name(command)));
            console.log(`cert-manager is ready, with the ClusterIssuer '${certManagerIssuer}'`);
        },
    );
    for (const tool of ["kubectl", "istioctl", "helm", "pulumi"]) {
        program
            .command(tool)
            .description(`run ${tool} against the lab`)
            .argument("[args...]")
            .passThroughOptions()
            .allowUnknownOption()
            .helpOption(false)
            .action(async (args: string[], _options, command: Command) => passThrough(name(command), tool, args));
    }
    program
        .command("exec")
        .description("run any command in the lab's network, with its programs on PATH")
        .argument("<command>")
        .argument("[args...]")
        .passThroughOptions()
        .allowUnknownOption()
        .helpOption(false)
        .action(async (executable: string, args: string[], _options, command: Command) =>
            passThrough(name(command), executable, args),
        );
    await program.parseAsync();
}

main().catch((error: unknown) => {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exit(1); // what still runs, such as a wait for a part that has died, ends with us
});
