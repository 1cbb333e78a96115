/**
 * Which file may import which: `npm run lint:rooms`. The picture in ARCHITECTURE.md is drawn from the same data.
 *
 * The ladder of components/, ground first. A room is a folder with the files directly in it, or one file in components/
 * itself. A room imports only from the rungs before its own, and rooms on one rung do not import each other. Every new
 * folder or file in components/ needs a place here.
 */
const ladder = [
    ["validation"],
    ["previews"],
    ["kubernetes"],
    ["x509"],
    ["listeners"],
    ["context.ts"],
    ["mesh", "access"],
    ["certificates"],
    ["certificates/sources"],
    ["sidecar"],
    ["workload"],
    ["sidecarTlsTerminationArgs.ts", "connectivity"],
    ["sidecarTlsTerminationValidation.ts"],
    ["sidecarTlsTermination.ts"],
];

/** The files of a room, as a regular expression. */
function filesOf(room) {
    const path = `^components/${room.replaceAll(".", "\\.")}`;
    return room.endsWith(".ts") ? `${path}$` : `${path}/[^/]+$`;
}

const allRooms = ladder.flat().map(filesOf);

const ladderRules = ladder.flatMap((rung, height) => {
    const below = ladder.slice(0, height).flat();
    return rung.map((room) => ({
        name: `ladder-${room}`,
        comment:
            `components/${room} may import only from ${below.join(", ") || "no other room"}. ` +
            "Move what is shared down the ladder, or pass it in as an argument.",
        severity: "error",
        from: { path: filesOf(room) },
        to: { path: "^components/", pathNot: [...below, room].map(filesOf) },
    }));
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
    forbidden: [
        {
            name: "no-circle-of-files",
            comment: "Files that import each other cannot be read, tested or moved one by one.",
            severity: "error",
            from: { pathNot: "^tests/" },
            to: { circular: true },
        },
        {
            name: "no-circle-of-folders",
            comment: "Folders that import each other are one folder with two names.",
            severity: "error",
            scope: "folder",
            from: { pathNot: "^tests(/|$)" },
            to: { circular: true },
        },
        ...ladderRules,
        {
            name: "room-on-the-ladder",
            comment:
                "Each folder and file in components/ has a place in `ladder` (.dependency-cruiser.mjs): add it there.",
            severity: "error",
            from: { path: "^components/", pathNot: allRooms },
            to: {},
        },
        {
            name: "room-on-the-ladder",
            comment:
                "Each folder and file in components/ has a place in `ladder` (.dependency-cruiser.mjs): add it there.",
            severity: "error",
            from: {},
            to: { path: "^components/", pathNot: allRooms },
        },
        {
            name: "components-stand-alone",
            comment: "The package's components import nothing of the policies, the lab, the tests or the examples.",
            severity: "error",
            from: { path: "^components/" },
            to: { path: "^(index\\.ts$|policy/|lab/|tests/|lint/|examples/)" },
        },
        {
            name: "package-without-lab",
            comment: "What the npm package contains imports nothing that it does not contain.",
            severity: "error",
            from: { path: "^(index\\.ts$|policy/)" },
            to: { path: "^(lab/|tests/|lint/|examples/)" },
        },
        {
            name: "tests-only-in-tests",
            comment: "Helpers that others need, too, belong in lab/ or components/.",
            severity: "error",
            from: { pathNot: "^tests/" },
            to: { path: "^tests/" },
        },
        {
            name: "no-orphan",
            comment: "A file that imports nothing and that nothing imports is dead.",
            severity: "error",
            // Loaded by their paths: programs of stacks, a program that is only compiled, and mocha's reporter.
            from: {
                orphan: true,
                pathNot: "^tests/(mesh/programs/|unit/plugin/program/|package/program\\.ts$|reporter\\.ts$)",
            },
            to: {},
        },
        {
            name: "components-are-reachable",
            comment: "A component file that index.ts does not reach is dead.",
            severity: "error",
            from: { path: "^index\\.ts$" },
            to: { path: "^components/", reachable: false },
        },
        {
            name: "policies-are-reachable",
            comment: "A policy file that the pack does not reach is dead.",
            severity: "error",
            from: { path: "^policy/pack\\.ts$" },
            to: { path: "^policy/.*\\.ts$", reachable: false },
        },
    ],
    options: {
        tsConfig: { fileName: "tsconfig.json" },
        // Imports of types count: they decide where a type belongs.
        tsPreCompilationDeps: true,
        exclude: { path: "(^|/)(node_modules|dist)/" },
    },
};
