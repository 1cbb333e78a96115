/** Lines in a preview that say why something is made anew. */
import * as pulumi from "@pulumi/pulumi";

/**
 * Says in a preview that a resource is made anew although what it is made for exists already. The engine tells a program neither
 * what it is going to do nor what was; but in a preview a value that will be made anew is not known, while the other one is.
 */
export function announceReplacement(
    existing: pulumi.Output<unknown>,
    replaced: pulumi.Output<unknown>,
    line: string,
    resource: pulumi.Resource,
): void {
    if (!pulumi.runtime.isDryRun()) {
        return;
    }
    existing.apply(async () => {
        if (!(await isKnown(replaced))) {
            await pulumi.log.info(line, resource);
        }
    });
}

/** Not in the public types, but how @pulumi/pulumi itself tells (sdk/nodejs/output.ts). */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
    return (output as unknown as { readonly isKnown: Promise<boolean> }).isKnown;
}
