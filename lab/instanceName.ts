/** The name of a lab, as the command lines take it. */
import { InvalidArgumentError } from "commander";

/** Names become parts of paths, cgroups and network names. */
export function parseInstanceName(value: string): string {
    if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(value)) {
        throw new InvalidArgumentError(
            "It must be at most 30 lowercase letters, digits and hyphens, and start and end with a letter or digit.",
        );
    }
    return value;
}
