/**
 * The cache of builds: a folder for each set of inputs. A build writes to a partial folder, which is renamed when the build
 * is complete. A folder with its final name is therefore always complete, whatever interrupted a build.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findLockHolder, withLock } from "../lock";
import { buildsFolder } from "../paths";
import type { Report } from "../progress";

export interface Build {
    readonly name: string;
    /** Shown while the build runs. */
    readonly title: string;
    /** Everything that decides the result. A change of it is another build. */
    readonly inputs: readonly string[];
    readonly expectedSeconds: number;
    readonly make: (folder: string, report: Report) => Promise<void>;
}

/** The name of the build's folder in the cache. */
export function buildKey(build: Build): string {
    const hash = createHash("sha256").update(JSON.stringify(build.inputs)).digest("hex");
    return `${build.name}-${hash.slice(0, 12)}`;
}

export function buildFolder(build: Build): string {
    return join(buildsFolder(), buildKey(build));
}

export function isBuilt(build: Build): boolean {
    return existsSync(buildFolder(build));
}

const partialPrefix = "partial-";

/** Removes the folders of interrupted builds. */
async function removeAbandoned(): Promise<void> {
    const entries = existsSync(buildsFolder()) ? readdirSync(buildsFolder()) : [];
    for (const entry of entries.filter((each) => each.startsWith(partialPrefix))) {
        if ((await findLockHolder(lockName(join(buildsFolder(), entry.slice(partialPrefix.length))))) === undefined) {
            rmSync(join(buildsFolder(), entry), { recursive: true, force: true });
        }
    }
}

function lockName(folder: string): string {
    return `build/${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`;
}

export async function ensureBuilt(build: Build, report: Report): Promise<void> {
    const folder = buildFolder(build);
    await removeAbandoned();
    await withLock(lockName(folder), `building ${build.title}`, report, async () => {
        if (existsSync(folder)) {
            return;
        }
        const partial = join(buildsFolder(), `${partialPrefix}${buildKey(build)}`);
        rmSync(partial, { recursive: true, force: true });
        mkdirSync(partial, { recursive: true });
        await build.make(partial, report);
        renameSync(partial, folder);
    });
}
