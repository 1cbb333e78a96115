/** Findings as a table for the terminal. */
import Table from "cli-table3";
import type { Finding } from "./verification";

export function findingsTable(findings: readonly Finding[], expectedTitle: string): string {
    const table = new Table({
        head: ["tried", "from", expectedTitle, "seen", ""],
        colWidths: [32, 14, 32, 44, 6],
        wordWrap: true,
        wrapOnWordBoundary: true,
        style: { head: [], border: [] },
    });
    for (const { tried, from, expected, seen, passed } of findings) {
        table.push([tried, from, expected, seen, passed ? "pass" : "FAIL"]);
    }
    return table.toString();
}
