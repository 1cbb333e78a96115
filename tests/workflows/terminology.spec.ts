/** The rule of lint/terminology.mjs: where it looks for terms that the project does not use, and where it does not. */
import { join } from "node:path";
import { expect } from "chai";
import { ESLint } from "eslint";
import { root } from "./workflows";

describe("the rule for terms", () => {
    const eslint = new ESLint({ cwd: root, overrideConfigFile: join(root, "lint", "words.mjs") });

    async function check(filePath: string, ...lines: readonly string[]): Promise<string[]> {
        const results = await eslint.lintText(lines.join("\n"), { filePath });
        return results.flatMap(({ messages }) =>
            messages.map(({ line, column, message }) => `${line}:${column} ${message}`),
        );
    }

    it("names the term and what to write instead", async () => {
        expect(await check("a.ts", "// A client with plain text.")).to.deep.equal([
            '1:18 "plain text": write plaintext',
        ]);
    });

    const cases: { readonly [title: string]: readonly [file: string, lines: string[], places: string[]] } = {
        "comments of TypeScript, across lines": [
            "a.ts",
            ["/** Clients are let", " * in. */", "// It is made", "// anew.", "const a = 1; // made here"],
            ["1:17", "4:4", "5:17"],
        ],
        "strings of TypeScript with more than one word": [
            "a.ts",
            ["const a = 'made anew';", 'it("is nobody", () => `${a} ${"b"} whoever`);'],
            ["1:17", "2:8", "2:36"],
        ],
        "text, headings, tables, and comments of code in Markdown": [
            "a.md",
            [
                "# Made anew",
                "",
                "All clients are let",
                "in.",
                "",
                "| nobody |",
                "| - |",
                "",
                "```sh",
                "ls # whoever",
                "```",
            ],
            ["1:8", "3:17", "6:3", "10:6"],
        ],
        "comments of YAML": ["a.yaml", ["# At once", "nobody: whoever # anew"], ["1:3", "2:19"]],
        "comments of shell": ["a.sh", ["#!/bin/nobody sh", "# Made", "# anew", 'echo "nobody"'], ["3:3"]],
        "comments of Go": ["a.go", ["/// anew", "x := nobody // nobody"], ["1:5", "2:16"]],
        "descriptions that begin with an anaphora": [
            "a.ts",
            ["/** The same for b. */", "// Its end. The same."],
            ["1:5"],
        ],
        "a chain that is a component": [
            "a.md",
            ["The certificates of a chain, and the chain's pods"],
            ["1:23", "1:38"],
        ],
        "no chain of certificates or filters": [
            "a.md",
            ["A certificate chain, the CA chain, chains of trust, and Envoy's filter chains; it chains to the root CA"],
            [],
        ],
        "no names": [
            "a.ts",
            [
                'import { whoever } from "./nobody";',
                'const nobody = whoever("anew", "plain-text"); // `nobody` in chain.ts',
            ],
            [],
        ],
        "no code in Markdown": ["a.md", ["`nobody`", "", "```ts", "const nobody = 1;", "```"], []],
        "nothing that is exempt, with a reason": [
            "a.ts",
            ["// eslint-disable-next-line words/terminology -- the user in /etc/passwd", "// Runs as nobody."],
            [],
        ],
        "nothing that is exempt in Markdown": [
            "a.md",
            ["<!-- eslint-disable-next-line words/terminology -- the user in /etc/passwd -->", "Runs as nobody."],
            [],
        ],
        "nothing that is exempt in YAML": [
            "a.yaml",
            ["# eslint-disable-next-line words/terminology -- the user", "a: b # nobody"],
            [],
        ],
    };

    for (const [title, [file, lines, places]] of Object.entries(cases)) {
        it(`finds ${title}`, async () => {
            expect((await check(file, ...lines)).map((found) => found.split(" ")[0])).to.deep.equal(places);
        });
    }
});
