/**
 * ESLint plugin: no term of terms.mjs in what people read. It looks at Markdown, at the comments of all languages here,
 * and at the strings of TypeScript and JavaScript that have more than one word; not at names.
 *
 * Where a term is right, say why:
 *     // eslint-disable-next-line words/terminology -- the user of that name in /etc/passwd
 * Markdown takes the same in <!-- -->, YAML and shell after #.
 */
import { terms } from "./terms.mjs";

/** What takes the place of something that is not prose, character by character, so that positions stay. */
const hidden = (text) => "¤".repeat(text.length);

const patterns = terms.map(({ term, write, startsComment }) => ({
    write,
    startsComment,
    pattern: new RegExp(`(?<![\\w./@-])(?:${term.replaceAll(/ /g, "\\s+")})(?![\\w/-]|\\.\\w)`, "gi"),
}));

/** Without line breaks inside a comment, and without code in backticks. */
function prose(text) {
    return text
        .replaceAll(/\r?\n[ \t]*(?:\*(?!\/)|\/{2,3}|#|>)?/g, (leader) => " ".repeat(leader.length))
        .replaceAll(/`[^`]*`/g, hidden);
}

function findings(text, isComment) {
    const read = prose(text);
    const start = isComment ? /^\/\*\*\s*/.exec(read)?.[0].length : undefined;
    const found = patterns.flatMap(({ pattern, write, startsComment }) =>
        [...read.matchAll(pattern)]
            .filter(({ index }) => !startsComment || index === start)
            .map(({ 0: term, index }) => ({ term: term.replaceAll(/\s+/g, " "), index, write })),
    );
    // Of two terms at one place the longer one is reported.
    return found.filter(
        (one) => !found.some((other) => other.index === one.index && other.term.length > one.term.length),
    );
}

/** Comments on lines of their own, one below the other, are one text. */
function paragraphs(comments, text) {
    const joined = [];
    for (const { range, type } of comments) {
        const last = joined.at(-1);
        if (last && type !== "Block" && last.type === type && /^\r?\n[ \t]*$/.test(text.slice(last.end, range[0]))) {
            last.end = range[1];
        } else {
            joined.push({ type, start: range[0], end: range[1] });
        }
    }
    return joined.map(({ start, end }) => ({ start, text: text.slice(start, end) }));
}

const terminology = {
    meta: {
        type: "suggestion",
        docs: { description: "terms that this project does not use" },
        schema: [],
        messages: { term: '"{{term}}": write {{write}}' },
    },
    create(context) {
        const { sourceCode } = context;
        const whole = sourceCode.text;

        function check(start, text, isComment = false) {
            for (const { term, index, write } of findings(text, isComment)) {
                const loc = (offset) => sourceCode.getLocFromIndex(start + offset);
                context.report({
                    loc: { start: loc(index), end: loc(index + term.length) },
                    messageId: "term",
                    data: { term, write },
                });
            }
        }

        function checkComments() {
            for (const { start, text } of paragraphs(sourceCode.getAllComments?.() ?? sourceCode.ast.comments, whole)) {
                if (!/^\W*eslint-/.test(text)) {
                    check(start, text, true);
                }
            }
        }

        function checkString(node) {
            const text = sourceCode.getText(node).slice(1, -1);
            if (/\s/.test(text) && !["ImportDeclaration", "TSLiteralType"].includes(node.parent.type)) {
                check(node.range[0] + 1, text);
            }
        }

        return {
            // Markdown
            text(node) {
                const { start, end } = node.position;
                check(start.offset, whole.slice(start.offset, end.offset));
            },
            code(node) {
                const { start, end } = node.position;
                const block = whole.slice(start.offset, end.offset);
                for (const comment of block.matchAll(/(?<=^|\s)(?:#|\/\/)[ \t].*$/gm)) {
                    check(start.offset + comment.index, comment[0]);
                }
            },
            // JavaScript, TypeScript, YAML, and what commentsOnly reads
            Program: checkComments,
            Literal(node) {
                if (typeof node.value === "string") {
                    checkString(node);
                }
            },
            TemplateLiteral(node) {
                const [begin] = node.range;
                let text = sourceCode.getText(node);
                for (const expression of node.expressions) {
                    const [from, to] = expression.range.map((offset) => offset - begin);
                    text = text.slice(0, from - 2) + hidden(text.slice(from - 2, to + 1)) + text.slice(to + 1);
                }
                const inner = text.slice(1, -1);
                if (/\s/.test(inner)) {
                    check(begin + 1, inner);
                }
            },
        };
    },
};

/** An ESLint parser for languages of which only the comments are read: those that begin with `parserOptions.lineComment`. */
export const commentsOnly = {
    meta: { name: "comments-only" },
    parse(text, { lineComment }) {
        const lines = text.split("\n");
        const end = { line: lines.length, column: lines.at(-1).length };
        let offset = 0;
        const comments = lines.flatMap((line, index) => {
            const found = new RegExp(`(?<=^|\\s)${lineComment}(?!!).*$`).exec(line);
            const at = offset;
            offset += line.length + 1;
            return found === null
                ? []
                : {
                      type: "Line",
                      value: found[0].slice(lineComment.length),
                      range: [at + found.index, at + line.length],
                      loc: {
                          start: { line: index + 1, column: found.index },
                          end: { line: index + 1, column: line.length },
                      },
                  };
        });
        const range = [0, text.length];
        const loc = { start: { line: 1, column: 0 }, end };
        return { type: "Program", body: [], sourceType: "script", tokens: [], comments, range, loc };
    },
};

export default { meta: { name: "words" }, rules: { terminology } };
