/** `main.ts` reads an endpoint as JSON from standard input, and prints the accepted ciphers by protocol as JSON. Runs outside the mesh. */
import { readFileSync } from "node:fs";
import { acceptedCiphers, type Endpoint, protocols } from "./acceptance";

async function main(): Promise<void> {
    const endpoint = JSON.parse(readFileSync(0, "utf8")) as Endpoint;
    const seen = await Promise.all(
        protocols.map(async (protocol) => [protocol, await acceptedCiphers(endpoint, protocol)] as const),
    );
    console.log(JSON.stringify(Object.fromEntries(seen)));
}

main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});
