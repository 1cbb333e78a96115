/** Arguments of which only one may be set. */
import { forbidden, type Problem } from "./problem";

/** Two arguments that exclude each other. */
export interface Exclusion {
    /** The argument to remove. */
    readonly path: string;
    /** The argument that excludes it. */
    readonly excludedBy: string;
    /** Whether both are set. */
    readonly both: boolean;
    /** Why they exclude each other, as a clause. */
    readonly because: string;
}

export function exclusive(exclusions: readonly Exclusion[]): Problem[] {
    return exclusions
        .filter(({ both }) => both)
        .map(({ path, excludedBy, because }) =>
            forbidden(path, `cannot be combined with ${excludedBy}: ${because}. Remove one of them`),
        );
}
