/** Formats findings as a table for the terminal. */
import Table from "cli-table3";
import type { Finding } from "./verification";

export function formatFindings(findings: readonly Finding[]): string {
    const table = new Table({
        head: ["check", "from", "expected", "actual", "result"],
        colWidths: [32, 13, 36, 40, 8],
        wordWrap: true,
        wrapOnWordBoundary: true,
        style: { head: [], border: [] },
    });
    for (const { tried, from, expected, seen, passed } of findings) {
        table.push([tried, from, expected, seen, passed ? "pass" : "FAIL"]);
    }
    return table.toString();
}
