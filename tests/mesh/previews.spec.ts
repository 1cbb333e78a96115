/** What reviewers read in pull requests: the previews of typical changes, on the real engine. */
import { expect } from "chai";
import type { ClientBundle } from "../..";
import type { StackResult } from "../../lab/toolchain/stack";
import { age } from "./certificates/age";
import { changes } from "./certificates/chain";
import { describeMesh } from "./describeMesh";
import { type Change, renewal, starts, table } from "./previews/table";
import { type ProgramStack, programStack } from "./programStack";

const component = "httpbin";

for (const [title, start] of Object.entries(starts) as [keyof typeof starts, object][]) {
    describeMesh(`${title}: a preview shows what changes, and nothing else, with`, (cluster) => {
        let program: ProgramStack<object>;
        let privateKeys: readonly string[];

        before("the stack", async function () {
            this.timeout("5m");
            program = await programStack(cluster(), "chain", "previews", start);
            await program.stack.mustRun("up");
            const { clientBundles } = await program.stack.outputs();
            privateKeys = Object.values(clientBundles as Record<string, ClientBundle>).map(
                ({ privateKeyPem }) => privateKeyPem!,
            );
        });

        after("destroyed", async function () {
            this.timeout("5m");
            program.setArguments(start);
            await program.remove();
        });

        function expectPreview(preview: StackResult, { changes: expected, says }: Omit<Change, "title" | "to">): void {
            expect(changes(preview)).to.deep.equal(
                expected.map((change) => change.replace(" ", ` ${component}-`)).sort(),
            );
            const lines = preview.diagnostics
                .filter(({ urn, message }) => urn?.includes("istio-sidecar-tls:") === true && message.trim() !== "")
                .map(({ message }) => message.trim())
                // The kubernetes plugin says so of what it deletes before it creates it again: its preview tries the creation alone.
                .filter((line) => !/^Retry #\d+; creation failed: .* already exists$/.test(line))
                .sort();
            expect(lines, lines.join("\n")).to.have.length(says.length);
            for (const beginning of says) {
                expect(
                    lines.filter((line) => line.startsWith(beginning)),
                    lines.join("\n"),
                ).to.have.length(1);
            }
            const printed = preview.stdout + preview.stderr;
            expect(printed).not.to.include("PRIVATE KEY");
            for (const key of privateKeys) {
                expect(printed).not.to.include(key.split("\n")[1]);
                expect(printed).not.to.include(Buffer.from(key).toString("base64"));
            }
        }

        for (const change of table[title]) {
            it(change.title, async () => {
                program.setArguments({ ...start, ...change.to });
                expectPreview(await program.stack.mustRun("preview", ["--diff"]), change);
            });
        }

        if (title === "a component with an allow list") {
            it(renewal.title, async () => {
                for (const certificate of renewal.due) {
                    await age(program.stack, `${component}-${certificate}`);
                }
                program.setArguments(start);
                expectPreview(await program.stack.mustRun("preview", ["--diff"]), renewal);
            });
        }
    });
}
