/** The npm package, as it would be published. */
import { join } from "node:path";
import { mustRun } from "../../lab/command";

export const root = join(__dirname, "..", "..");

export interface Packed {
    readonly tarball: string;
    /** Bytes of the tarball. */
    readonly size: number;
    /** Paths of the files in it. */
    readonly files: readonly string[];
}

/** Without scripts: `prepare` would rewrite dist/ under suites that run at the same time; npm test has built it. */
export async function pack(folder: string): Promise<Packed> {
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const [packed] = JSON.parse(await mustRun("npm", args, { cwd: root })) as [
        { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] },
    ];
    return {
        tarball: join(folder, packed.filename),
        size: packed.size,
        files: packed.files.map(({ path }) => path),
    };
}
