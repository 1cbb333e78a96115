/** No private key is readable in what a run writes: console, event log, state, and the files next to the state. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Operation } from "../../lab/toolchain/stack";
import { componentArguments, type ComponentStack, openComponent } from "./certificates/componentStack";
import { found, keyParts } from "./certificates/privateKeys";
import { describeMesh } from "./describeMesh";
import { kubectlFor } from "./kubectl";
import { newAuthority, type Pair } from "./traffic/certificates";

const namespace = "secrecy";

describeMesh("private keys", (cluster) => {
    let authority: Pair;
    let component: ComponentStack;
    let folder: string;
    /** Parts of all keys that existed so far. */
    let parts: string[];
    const written: Record<string, string> = {};

    before("a component is given a CA's private key in plaintext", async function () {
        this.timeout("5m");
        folder = mkdtempSync(join(tmpdir(), "secrecy-"));
        authority = await newAuthority("given in plaintext");
        parts = keyParts(authority);
        expect(parts).to.have.length(2);
        component = await openComponent(cluster(), namespace, args());
    });

    after("the stack is destroyed", async function () {
        this.timeout("5m");
        rmSync(folder, { recursive: true });
        await component.remove();
    });

    const steps: readonly (readonly [title: string, operation: Operation, options: readonly string[]])[] = [
        ["a preview of an empty stack", "preview", ["--diff"]],
        ["the first up", "up", ["--diff", "--show-sames"]],
        ["a preview without changes", "preview", ["--diff", "--show-sames"]],
        ["a refresh", "refresh", ["--diff"]],
        ["a preview with another key algorithm", "preview", ["--diff"]],
        ["an up with another key algorithm that fails half-way", "up", ["--diff", "--show-sames"]],
        ["an up with another key algorithm", "up", ["--diff"]],
        ["destroy", "destroy", ["--diff"]],
    ];

    for (const [title, operation, options] of steps) {
        it(`are not readable after ${title}`, async function () {
            this.timeout("5m");
            if (title === "a preview with another key algorithm") {
                // A Sidecar of that name already exists: the run fails after keys, certificates, and Secrets.
                await kubectlFor(cluster()).apply({
                    apiVersion: "networking.istio.io/v1",
                    kind: "Sidecar",
                    metadata: { name: "taken", namespace },
                    spec: { workloadSelector: { labels: { app: "nothing" } } },
                });
                component.setArguments({ ...args("RSA-2048"), objectNames: { sidecar: "taken" } });
            }
            const log = join(folder, "events.json");
            const { exitCode, stdout, stderr } = await component.stack.run(operation, [...options, "--event-log", log]);
            expect(exitCode === 0, `${stdout}\n${stderr}`).to.equal(!title.includes("fails"));
            if (title.includes("fails")) {
                expect(stdout + stderr).to.include("already exists");
                component.setArguments(args("RSA-2048"));
            }
            written[title] = stdout + stderr;
            const state = await component.stack.pulumi(["stack", "export", "--show-secrets"]);
            const inState = keyParts(JSON.parse(state.stdout)).filter((part) => state.stdout.includes(part));
            if (operation === "up") {
                // The keys of the server, the client, and the CA are in the state, readable only with the passphrase.
                expect(inState.length).to.be.greaterThan(4);
            }
            parts = [...new Set([...parts, ...inState])];
            expect(found(parts, written[title]), "console").to.deep.equal([]);
            expect(found(parts, events(log)), "event log").to.deep.equal([]);
            const files = readdirSync(component.stateFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
                entry.isFile(),
            );
            expect(files.length).to.be.greaterThan(0);
            for (const file of files) {
                const path = join(file.parentPath, file.name);
                expect(found(parts, readFileSync(path, "utf8")), path).to.deep.equal([]);
            }
        });
    }

    it("are encrypted in the state with the passphrase", async () => {
        expect(Object.keys(written)).to.include("destroy");
        const files = readdirSync(component.stateFolder, { recursive: true, encoding: "utf8" });
        const history = files.filter((file) => file.includes("history") && file.endsWith("checkpoint.json"));
        const states = history.map((file) => readFileSync(join(component.stateFolder, file), "utf8"));
        expect(states.length).to.be.greaterThan(2);
        expect(states.filter((text) => text.includes('"ciphertext"')).length).to.be.greaterThan(1);
        expect(states.every((text) => text.includes('"passphrase"'))).to.equal(true);
    });

    /** Without debug messages: in them the SDK logs every response of the engine, for any program (sdk/nodejs/runtime/resource.ts). */
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
        return componentArguments(namespace, {
            certificateAuthority: authority,
            certificates: { keyAlgorithm },
            clients: [{ name: "alice" }],
        });
    }
});
