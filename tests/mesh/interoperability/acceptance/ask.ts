/** Asks the server in the lab which protocols and ciphers it accepts. */
import { join } from "node:path";
import type { ClientBundle } from "../../../..";
import type { Server } from "../client";
import type { Endpoint, Protocol } from "./acceptance";

const root = join(__dirname, "..", "..", "..", "..");

/** Ciphers by OpenSSL's names, sorted; empty for a protocol that the server rejects. */
export type Accepted = Readonly<Record<Protocol, readonly string[]>>;

export async function askWhatIsAccepted(server: Server, bundle: Required<ClientBundle>): Promise<Accepted> {
    const { cluster, address, host, port } = server;
    const endpoint: Endpoint = { address, host, port, ...bundle };
    const program = ["-r", "ts-node/register/transpile-only", join(__dirname, "main.ts")];
    const { exitCode, stdout, stderr } = await cluster.run(process.execPath, program, {
        cwd: root,
        input: JSON.stringify(endpoint),
        timeoutSeconds: 60,
    });
    if (exitCode !== 0) {
        throw new Error(`cannot find out what the server accepts (${exitCode}): ${stderr}`);
    }
    return JSON.parse(stdout) as Accepted;
}
