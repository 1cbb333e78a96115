/** No private key is readable in what a run writes for people to keep: console, event log, state, and what is kept beside it. */
import { readdirSync, readFileSync, rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Operation } from "../../lab/toolchain/stack";
import { type Chain, chainArguments, openChain } from "./certificates/chain";
import { found, keyParts } from "./certificates/privateKeys";
import { describeMesh } from "./describeMesh";
import { kubectlFor } from "./kubectl";
import { newAuthority, type Pair } from "./traffic/certificates";

const namespace = "secrecy";

describeMesh("private keys", (cluster) => {
    let authority: Pair;
    let chain: Chain;
    let folder: string;
    /** All keys that there were so far. */
    let parts: string[];
    const written: Record<string, string> = {};

    before("a chain that is given a CA's key in plain text", async function () {
        this.timeout("5m");
        folder = mkdtempSync(join(tmpdir(), "secrecy-"));
        authority = await newAuthority("given in plain text");
        parts = keyParts(authority);
        expect(parts).to.have.length(2);
        chain = await openChain(cluster(), namespace, args());
    });

    after("destroyed", async function () {
        this.timeout("5m");
        rmSync(folder, { recursive: true });
        await chain.remove();
    });

    const steps: readonly (readonly [title: string, operation: Operation, options: readonly string[]])[] = [
        ["preview, before there is anything", "preview", ["--diff"]],
        ["up", "up", ["--diff", "--show-sames"]],
        ["preview, when all is there", "preview", ["--diff", "--show-sames"]],
        ["refresh", "refresh", ["--diff"]],
        ["preview of other keys", "preview", ["--diff"]],
        ["up that fails half-way, with other keys", "up", ["--diff", "--show-sames"]],
        ["up", "up", ["--diff"]],
        ["destroy", "destroy", ["--diff"]],
    ];

    for (const [title, operation, options] of steps) {
        it(`are not readable after ${title}`, async function () {
            this.timeout("5m");
            if (title === "preview of other keys") {
                // A Sidecar of that name is there already: the run fails after keys, certificates and Secrets.
                await kubectlFor(cluster()).apply({
                    apiVersion: "networking.istio.io/v1",
                    kind: "Sidecar",
                    metadata: { name: "taken", namespace },
                    spec: { workloadSelector: { labels: { app: "nothing" } } },
                });
                chain.setArguments({ ...args("RSA-2048"), objectNames: { sidecar: "taken" } });
            }
            const log = join(folder, "events.json");
            const { exitCode, stdout, stderr } = await chain.stack.run(operation, [...options, "--event-log", log]);
            expect(exitCode === 0, `${stdout}\n${stderr}`).to.equal(!title.includes("fails"));
            if (title.includes("fails")) {
                expect(stdout + stderr).to.include("already exists");
                chain.setArguments(args("RSA-2048"));
            }
            written[title] = stdout + stderr;
            const state = await chain.stack.pulumi(["stack", "export", "--show-secrets"]);
            const inState = keyParts(JSON.parse(state.stdout)).filter((part) => state.stdout.includes(part));
            if (operation === "up") {
                // Keys of the server and of the client, and the CA's, are in the state, for whoever has the passphrase.
                expect(inState.length).to.be.greaterThan(4);
            }
            parts = [...new Set([...parts, ...inState])];
            expect(found(parts, written[title]), "console").to.deep.equal([]);
            expect(found(parts, events(log)), "event log").to.deep.equal([]);
            const files = readdirSync(chain.stateFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
                entry.isFile(),
            );
            expect(files.length).to.be.greaterThan(0);
            for (const file of files) {
                const path = join(file.parentPath, file.name);
                expect(found(parts, readFileSync(path, "utf8")), path).to.deep.equal([]);
            }
        });
    }

    it("are encrypted in the state, by the passphrase", async () => {
        expect(Object.keys(written)).to.include("destroy");
        const files = readdirSync(chain.stateFolder, { recursive: true, encoding: "utf8" });
        const history = files.filter((file) => file.includes("history") && file.endsWith("checkpoint.json"));
        const states = history.map((file) => readFileSync(join(chain.stateFolder, file), "utf8"));
        expect(states.length).to.be.greaterThan(2);
        expect(states.filter((text) => text.includes('"ciphertext"')).length).to.be.greaterThan(1);
        expect(states.every((text) => text.includes('"passphrase"'))).to.equal(true);
    });

    /** Without debug messages: in them the SDK writes down every answer of the engine (sdk/nodejs/runtime/resource.ts), whatever the program. */
    function events(log: string): string {
        const lines = readFileSync(log, "utf8").trim().split("\n");
        const told = lines.filter((line) => {
            const { diagnosticEvent } = JSON.parse(line) as { diagnosticEvent?: { severity: string } };
            return diagnosticEvent?.severity !== "debug";
        });
        expect(told.length).to.be.greaterThan(10);
        return told.join("\n");
    }

    function args(keyAlgorithm: "ECDSA-P256" | "RSA-2048" = "ECDSA-P256") {
        return chainArguments(namespace, {
            certificateAuthority: authority,
            certificates: { keyAlgorithm },
            clients: [{ name: "alice" }],
        });
    }
});
