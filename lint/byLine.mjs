/** ESLint formatter: one finding a line, with the place in the form that editors and terminals open. */
import { relative } from "node:path";

export default function byLine(results) {
    const lines = results.flatMap(({ filePath, messages }) =>
        messages.map(({ line, column, message }) => `${relative("", filePath)}:${line}:${column}: ${message}`),
    );
    return lines.length === 0 ? "" : [...lines, `${lines.length} findings`].join("\n");
}
