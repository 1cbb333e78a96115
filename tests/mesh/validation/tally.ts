/** Counts the cases by verdict, so that a test that covers nothing does not pass. */
import type { Manifest } from "./apiServer";
import { general, isPath } from "./vocabulary";

export class Tally {
    /** The number of accepted objects of each kind. */
    public readonly kinds = new Map<string, number>();
    readonly #paths = new Map<string, number>();
    #accepted = 0;
    #rejected = 0;

    public accepted(manifests: readonly Manifest[]): void {
        this.#accepted += 1;
        for (const { kind } of manifests) {
            count(this.kinds, kind);
        }
    }

    public rejected(paths: readonly string[]): void {
        this.#rejected += 1;
        for (const path of new Set(paths.map((path) => (isPath(path) ? general(path) : "unknown arguments")))) {
            count(this.#paths, path);
        }
    }

    public get shareAccepted(): number {
        return this.#accepted / (this.#accepted + this.#rejected);
    }

    public report(): string {
        return [
            `${this.#accepted} cases accepted, with ${list(this.kinds)};`,
            `${this.#rejected} rejected at ${this.#paths.size} paths: ${list(this.#paths)}`,
        ].join("\n");
    }
}

function count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
}

function list(counts: ReadonlyMap<string, number>): string {
    return [...counts].map(([key, number]) => `${number} ${key}`).join(", ");
}
