/**
 * Prints what CHANGELOG.md says of the version whose tag is given (v1.2.3). Fails where the tag is not the version of package.json,
 * or the changelog has nothing on it. Both are read from the current folder.
 */
import { readFileSync } from "node:fs";

const [, , tag] = process.argv;
const { version } = JSON.parse(readFileSync("package.json", "utf8"));
const heading = `[${version}] - `;
const section = readFileSync("CHANGELOG.md", "utf8")
    .split(/^## /m)
    .find((text) => text.startsWith(heading));
const notes = section?.slice(section.indexOf("\n")).trim();

if (tag !== `v${version}`) {
    fail(`the tag is ${tag}, but package.json has version ${version}: tag v${version}, or change the version`);
} else if (!notes) {
    fail(`CHANGELOG.md says nothing of ${version}: give it a section "## ${heading}YEAR-MONTH-DAY"`);
} else {
    console.log(notes);
}

function fail(problem) {
    console.error(problem);
    process.exitCode = 1;
}
