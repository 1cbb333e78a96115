/**
 * Draws the rooms of components/ into ARCHITECTURE.md, from what their files import. An arrow that follows from others
 * is omitted, so that the picture stays readable. With --check it writes nothing and fails if the picture is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

const root = join(import.meta.dirname, "..");
const file = join(root, "ARCHITECTURE.md");
const begin = "<!-- rooms:begin -->";
const end = "<!-- rooms:end -->";

/** Which rooms each room imports from. */
type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

/** A file in components/ itself is a room of its own. */
function roomOf(path: string): string {
    const folder = posix.dirname(path);
    return posix.relative("components", folder === "components" ? path : folder);
}

async function readRooms(): Promise<Rooms> {
    const options = await extractDepcruiseOptions(join(root, ".dependency-cruiser.mjs"));
    const tsConfig = extractTSConfig(join(root, "tsconfig.json"));
    const { output } = await cruise(["components"], { ...options, validate: false, baseDir: root }, {}, { tsConfig });
    const rooms = new Map<string, Set<string>>();
    for (const { source, dependencies } of (output as ICruiseResult).modules) {
        if (source.startsWith("components/")) {
            const room = roomOf(source);
            const imported = rooms.get(room) ?? new Set();
            rooms.set(room, imported);
            for (const { resolved } of dependencies) {
                if (resolved.startsWith("components/") && roomOf(resolved) !== room) {
                    imported.add(roomOf(resolved));
                }
            }
        }
    }
    return rooms;
}

/** Everything that a room reaches, through others too. */
function reached(rooms: Rooms, room: string, path: readonly string[] = []): Set<string> {
    if (path.includes(room)) {
        throw new Error(`These rooms import each other: ${[...path, room].join(" -> ")} (npm run lint:rooms)`);
    }
    const imported = [...(rooms.get(room) ?? [])];
    return new Set(imported.flatMap((next) => [next, ...reached(rooms, next, [...path, room])]));
}

function draw(rooms: Rooms): string {
    const reach = new Map([...rooms.keys()].map((room) => [room, reached(rooms, room)]));
    const height = (room: string) => reach.get(room)?.size ?? 0;
    const sorted = [...rooms.keys()].sort((a, b) => height(b) - height(a) || a.localeCompare(b, "en"));
    const id = (room: string) => room.replace(/\.ts$/, "").replaceAll(/\W/g, "_");
    const arrows = sorted.flatMap((room) => {
        const imported = rooms.get(room) ?? new Set();
        const direct = sorted.filter(
            (next) => imported.has(next) && ![...imported].some((other) => reach.get(other)?.has(next)),
        );
        return direct.map((next) => `    ${id(room)} --> ${id(next)}`);
    });
    const boxes = sorted.map((room) => `    ${id(room)}["${room.endsWith(".ts") ? room : `${room}/`}"]`);
    return ["```mermaid", "flowchart TD", ...boxes, ...arrows, "```"].join("\n");
}

/** The text with the picture between its two markers. */
function withPicture(text: string, picture: string): string {
    const [before, drawn, ...rest] = text.split(begin);
    const after = drawn?.split(end)[1];
    if (before === undefined || after === undefined || rest.length > 0) {
        throw new Error(`ARCHITECTURE.md needs one ${begin} and one ${end} after it`);
    }
    return `${before}${begin}\n\n${picture}\n\n${end}${after}`;
}

const text = readFileSync(file, "utf8");
const updated = withPicture(text, draw(await readRooms()));
if (!process.argv.includes("--check")) {
    writeFileSync(file, updated);
} else if (updated !== text) {
    console.error("The picture in ARCHITECTURE.md is out of date: run `npm run architecture`.");
    process.exitCode = 1;
}
