/** The shell scripts of a connectivity check: check.sh, and one call for each expectation. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deploymentName, featureFlagName } from "../mesh/istiodFeatureFlag";
import type { ResolvedRevisions } from "../mesh/revisions";
import type { Expectation } from "./expectations";

/** Runs in a pod with a sidecar. */
export function meshScript(expectations: readonly Expectation[], timeoutSeconds: number): string {
    // The trap comes first: the sidecar has to end even if it never becomes ready.
    return script(timeoutSeconds, ["trap stop_sidecar EXIT", "wait_for_sidecar", ...expectations.map(call), "finish"]);
}

/** Runs in a pod without a sidecar, which can have a token for the API server. */
export function outsideScript(
    expectations: readonly Expectation[],
    timeoutSeconds: number,
    { namespace, revisions }: ResolvedRevisions<string>,
): string {
    const reports = revisions.map((revision) =>
        ["    report_env_override", ...[namespace, deploymentName(revision), featureFlagName].map(quoted)].join(" "),
    );
    return script(timeoutSeconds, [
        ...expectations.map(call),
        'if [ -n "$failures" ]; then',
        ...reports,
        "fi",
        "finish",
    ]);
}

function script(timeoutSeconds: number, lines: readonly string[]): string {
    // The build copies check.sh to dist/, where it is next to this module, too.
    const functions = readFileSync(join(__dirname, "check.sh"), "utf8");
    return [`timeout_seconds=${timeoutSeconds}`, functions, ...lines].join("\n");
}

function call({ isAdmitted, subject, advice, transport, curl }: Expectation): string {
    const command = isAdmitted ? "expect_admitted" : "expect_denied";
    return [command, ...[subject, advice, transport, ...curl].map(quoted)].join(" ");
}

/** One word for the shell, whatever the text contains. */
function quoted(text: string): string {
    return `'${text.replaceAll("'", `'\\''`)}'`;
}
