/** Clients that run on this machine in the lab's network, with the server's names in their own /etc/hosts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Attempt, type Client, otherName, type Outcome, type Server } from "./client";

/** The clients' programs expect these file names. */
function writeFiles(folder: string, { bundle, withoutCertificate, server }: Attempt): void {
    const files = {
        "ca.crt": bundle.caCertificatePem,
        ...(withoutCertificate ? {} : { "client.crt": bundle.certificatePem, "client.key": bundle.privateKeyPem }),
        hosts: hostsFile(server),
    };
    for (const [name, text] of Object.entries(files)) {
        writeFileSync(join(folder, name), text, { mode: 0o600 });
    }
}

function hostsFile({ host, address }: Server): string {
    return `127.0.0.1 localhost\n${address} ${host} ${otherName}\n`;
}

/** `command` takes the bundle's folder, a URL, and the TLS version as its last arguments. */
export function hostClient(name: string, command: readonly string[]): Client {
    const attempt = async (wanted: Attempt): Promise<Outcome> => {
        const { server, version, underOtherName } = wanted;
        const folder = mkdtempSync(join(tmpdir(), "istio-sidecar-tls-client-"));
        try {
            writeFiles(folder, wanted);
            const url = `https://${underOtherName ? otherName : server.host}:${server.port}/status/200`;
            // Every resolver reads /etc/hosts. In a separate mount namespace, the machine's own file stays unchanged.
            const script = 'mount --bind "$0" /etc/hosts && exec "$@"';
            const inside = ["sh", "-c", script, join(folder, "hosts"), ...command, folder, url, version];
            const result = await server.cluster.run("unshare", ["--mount", ...inside], { timeoutSeconds: 30 });
            if (result.exitCode !== 0) {
                throw new Error(`the client in ${name} failed (${result.exitCode}): ${result.stderr}${result.stdout}`);
            }
            return JSON.parse(result.stdout) as Outcome;
        } finally {
            rmSync(folder, { recursive: true });
        }
    };
    return { attempt };
}
